-- How each lane stands: in the log, in the topic, and in the current generation of the read models.
select s.lane, s.epoch, s.head, s.refusal,
    s.published, case when s.held_until > clock_timestamp() then s.owner end as relay,
    coalesce(extract(epoch from clock_timestamp() - s.waits_since), 0)::float8 as relay_waits_s,
    coalesce(c.lane_position, 0) as projected,
    case when c.lease_until > clock_timestamp() then c.owner end as projector,
    c.stopped_position, c.stopped_event, c.stopped_reason
from log.relay_standings() s
left join projection.checkpoints c
    on c.lane = s.lane and c.generation = (select number from projection.current)
order by s.lane
