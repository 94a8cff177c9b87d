-- What is stored of the API key with this id.
SELECT org, key_uuid, name, role, operator, hash, revoked_at FROM log.caller_key($1);
