-- How each lane stands in each topic that it was ever published to, or is refused, by whom it is published, and how far.
select lane, topic, epoch, head, published, case when held_until > clock_timestamp() then owner end as relay,
    coalesce(extract(epoch from clock_timestamp() - waits_since), 0)::double precision as waits_s, refusal
from log.relay_standings()
where relayed or refusal is not null
order by lane, topic
