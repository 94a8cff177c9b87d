-- The migrations that this database has.
SELECT schema, name, sha256 FROM public.cohoi_migrations;
