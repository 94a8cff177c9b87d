-- Wrapped keys of people, by the key ids that sealed values name.
select key_id, org, subject, wrapped from vault.open_keys($1)
