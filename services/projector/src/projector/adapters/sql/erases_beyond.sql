-- Whether somebody was erased between how far the current generation is and how far another one is.
select exists (
    select
    from projection.checkpoints n
    join projection.current c on true
    left join projection.checkpoints o on o.generation = c.number and o.lane = n.lane
    join log.facts f on f.lane = n.lane and f.lane_position <= n.lane_position
        and f.lane_position > coalesce(o.lane_position, 0)
    where n.generation = $1 and f.type = any ($2::text[])
)
