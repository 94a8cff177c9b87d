-- The time zone of an organization at a position (of that, at an instant); the first one where it was made later.
select o.time_zone from read.organization_versions o where o.org = $1
order by coalesce(o.from_position <= $2 and ($3::timestamptz is null or o.from_time <= $3), false) desc,
    case when o.from_position <= $2 and ($3::timestamptz is null or o.from_time <= $3) then -o.version else o.version end
limit 1
