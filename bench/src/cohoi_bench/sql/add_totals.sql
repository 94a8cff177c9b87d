-- What the batch adds to the totals: its cells after, less its cells before.
with cells as (
    select f.org, (d.data ->> 'board_id')::uuid as board_id, c.cell, c.sign
    from log.facts f,
        lateral (select convert_from(f.bytes, 'UTF8')::jsonb -> 'data' as data) as d,
        lateral (values (d.data -> 'after', 1), (d.data -> 'before', -1)) as c (cell, sign)
    where f.lane = 0 and f.lane_position > $1 and f.lane_position <= $2 and f.stream_kind = 'opportunity'
        and jsonb_typeof(c.cell) = 'object' and not (c.cell ->> 'deleted')::boolean
), sums as (
    select org, board_id, (cell -> 'status' ->> 'id')::uuid as status_id, cell ->> 'currency' as currency,
        sum(sign) as count, sum(sign) filter (where cell ->> 'amount_minor' is null) as not_estimated,
        sum(sign * (cell ->> 'amount_minor')::numeric) filter (where cell ->> 'period' = 'one_time') as one_time,
        sum(sign * (cell ->> 'amount_minor')::numeric) filter (where cell ->> 'period' = 'monthly') as monthly,
        sum(sign * (cell ->> 'amount_minor')::numeric) filter (where cell ->> 'period' = 'annual') as annual
    from cells group by 1, 2, 3, 4
)
insert into {schema}.totals as old
select org, board_id, status_id, currency, count, coalesce(not_estimated, 0), coalesce(one_time, 0),
    coalesce(monthly, 0), coalesce(annual, 0), 0, 0, 0
from sums
on conflict (org, board_id, status_id, currency) do update set
    count = old.count + excluded.count, not_estimated = old.not_estimated + excluded.not_estimated,
    value_one_time = old.value_one_time + excluded.value_one_time,
    value_monthly = old.value_monthly + excluded.value_monthly,
    value_annual = old.value_annual + excluded.value_annual
