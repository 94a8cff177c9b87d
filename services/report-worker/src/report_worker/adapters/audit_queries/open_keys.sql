-- The wrapped keys of people; those of erased ones are gone.
select key_id, org, subject, wrapped from vault.open_keys(%(keys)s::uuid[])
