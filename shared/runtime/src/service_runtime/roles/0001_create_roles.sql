-- Makes the roles that the services take with the startup setting `role`, and lets the connecting user take them.
-- Roles belong to the whole cluster: another database may have made them, or be making them right now.
DO $$
DECLARE
  wanted text;
  -- since PostgreSQL 16 whoever creates a role is its member without the right to take it
  privilege CONSTANT text := CASE
    WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOREACH wanted IN ARRAY ARRAY[
    'cohoi_owner', 'cohoi_command', 'cohoi_projector', 'cohoi_query', 'cohoi_report'
  ] LOOP
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
  END LOOP;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO cohoi_owner', current_database());
END
$$;
