-- Whether somebody was erased in some spans of lanes, each after a position and up to another one.
select exists (
    select
    from unnest($1::integer[], $2::bigint[], $3::bigint[]) as n (lane, after, upto)
    join log.facts f on f.lane = n.lane and f.lane_position > n.after and f.lane_position <= n.upto
    where f.type = any ($4::text[])
)
