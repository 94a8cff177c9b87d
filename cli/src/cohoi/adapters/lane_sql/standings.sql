-- How each lane stands in the log and in the topic.
select s.lane, s.epoch, s.head, s.refusal,
    s.published, case when s.held_until > clock_timestamp() then s.owner end as relay,
    coalesce(extract(epoch from clock_timestamp() - s.waits_since), 0)::float8 as relay_waits_s
from log.relay_standings() s
order by s.lane
