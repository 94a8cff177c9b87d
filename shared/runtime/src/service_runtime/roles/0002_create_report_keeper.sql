-- Makes the role that looks after the reports of all organizations: it claims, sweeps and forgets their rows, and reads
-- nothing else. Whoever answers callers has another one, which sees one organization at a time.
DO $$
DECLARE
  wanted text := 'cohoi_report_keeper';
  privilege CONSTANT text := CASE
    WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- made beside us, which is as good
  END;
  BEGIN
    IF NOT pg_has_role(session_user, wanted, privilege) THEN
      EXECUTE format('GRANT %I TO %I', wanted, session_user);
    END IF;
  EXCEPTION WHEN unique_violation THEN
    NULL; -- likewise
  END;
END
$$;
