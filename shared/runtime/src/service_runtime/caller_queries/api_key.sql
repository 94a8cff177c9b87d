-- What is stored of the API key with this id, and the visibility of its organization.
SELECT org, key_uuid, name, role, operator, hash, revoked_at, visibility FROM log.known_key($1);
