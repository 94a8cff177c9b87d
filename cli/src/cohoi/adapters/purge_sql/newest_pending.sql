-- The newest erasure whose bytes may still lie in the database's files.
select max(e.ordinal) from log.erasures e where e.purged_at is null
