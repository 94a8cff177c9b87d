-- The names of API keys.
select key_uuid, name from log.key_names($1, $2)
