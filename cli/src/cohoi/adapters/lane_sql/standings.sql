-- How each lane stands in the log and in the topics.
select s.lane, s.epoch, s.head, s.refusal,
    s.published, case when s.held_until > clock_timestamp() then s.owner end as relay,
    coalesce(extract(epoch from clock_timestamp() - s.waits_since), 0)::float8 as relay_waits_s,
    t.published as states_published
from log.relay_standings() s
left join log.relay_standings() t on t.lane = s.lane and t.topic = 'opportunities'
where s.topic = 'facts'
order by s.lane
