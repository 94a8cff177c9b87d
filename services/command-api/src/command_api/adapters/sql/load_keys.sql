-- Wrapped keys of people, by organization and subject.
select n, key_id, wrapped from vault.load_keys($1, $2)
