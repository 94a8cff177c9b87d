-- How far each lane is published.
select lane, head, published, extract(epoch from clock_timestamp() - waits_since)::double precision as waits_s,
    refusal is not null as refused
from log.relay_standings()
