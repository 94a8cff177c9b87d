-- What API keys are called.
select key_uuid, name from log.key_names(%(org)s, %(keys)s::uuid[])
