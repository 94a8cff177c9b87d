-- The newest erasure of all organizations.
select log.newest_erasure() as ordinal
