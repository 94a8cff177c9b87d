-- Remember one migration, in the transaction that applied it.
INSERT INTO public.cohoi_migrations (schema, name, sha256) VALUES ($1, $2, $3);
