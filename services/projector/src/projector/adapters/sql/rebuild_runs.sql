-- Whether somebody holds the right to make generations.
select exists (
    select from pg_locks k
    where k.locktype = 'advisory' and k.database = (select oid from pg_database where datname = current_database())
        and (k.classid::bigint << 32 | k.objid::bigint) = $1 and k.objsubid = 1 and k.granted
)
