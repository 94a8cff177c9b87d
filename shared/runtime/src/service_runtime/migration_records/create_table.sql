-- The table that remembers which migrations this database has, and what they said.
CREATE TABLE IF NOT EXISTS public.cohoi_migrations (
  schema     text        NOT NULL,
  name       text        NOT NULL,
  sha256     text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (schema, name)
);
GRANT SELECT ON public.cohoi_migrations TO PUBLIC;
