-- How many seconds ago the oldest erasure was whose bytes may still lie in the database's files.
select extract(epoch from clock_timestamp() - min(e.erased_at))::double precision
from log.erasures e where e.purged_at is null
