-- Wrapped keys of persons, as far as they still exist.
select key_id, org, subject, wrapped from vault.open_keys($1)
