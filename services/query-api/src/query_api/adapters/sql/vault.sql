-- What reads ask of the vault.

-- name: open_keys
select key_id, org, subject, wrapped from vault.open_keys($1)
