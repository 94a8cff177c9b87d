-- How each lane stands in the current generation of the read models.
select p.lane, p.lane_position as projected,
    case when p.lease_until > clock_timestamp() then p.owner end as projector,
    p.stopped_position, p.stopped_event, p.stopped_reason
from projection.current c
join projection.checkpoints p on p.generation = c.number
