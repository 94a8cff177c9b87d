-- Lets the owner act for the projector's role, which owns the tables of the read models: both fill them, and row level
-- security fences everybody off who does not own them.
DO $$
DECLARE
  privilege CONSTANT text := CASE
    WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  IF NOT pg_has_role('cohoi_owner', 'cohoi_projector', privilege) THEN
    GRANT cohoi_projector TO cohoi_owner;
  END IF;
EXCEPTION WHEN unique_violation THEN
  NULL; -- granted beside us, which is as good
END
$$;
