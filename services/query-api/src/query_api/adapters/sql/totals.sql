-- Sums by status, type and currency, in the columns that domain totals add up: kept ones where the
-- filter asks for no more than they are kept by, else those of the opportunities themselves.

-- name: kept
select {status} as status_id, s.type, t.currency,
    sum(t.count), sum(t.not_estimated),
    sum(t.value_one_time), sum(t.value_monthly), sum(t.value_annual),
    sum(t.weighted_one_time), sum(t.weighted_monthly), sum(t.weighted_annual)
from read.totals t
join read.statuses s on s.org = t.org and s.board_id = t.board_id and s.id = t.status_id
where {scope} and {place} and {conditions}
group by 1, s.type, t.currency

-- name: kept_by_owner
select {status} as status_id, s.type, t.currency,
    sum(t.count), sum(t.not_estimated),
    sum(t.value_one_time), sum(t.value_monthly), sum(t.value_annual),
    sum(t.weighted_one_time), sum(t.weighted_monthly), sum(t.weighted_annual)
from read.owner_totals t
join read.statuses s on s.org = t.org and s.board_id = t.board_id and s.id = t.status_id
where {scope} and {place} and {conditions}
group by 1, s.type, t.currency

-- name: added
select {status} as status_id, o.status_type, o.currency,
    count(*), count(*) - count(o.amount_minor),
    coalesce(sum(o.amount_minor) filter (where o.period = 'one_time'), 0),
    coalesce(sum(o.amount_minor) filter (where o.period = 'monthly'), 0),
    coalesce(sum(o.amount_minor) filter (where o.period = 'annual'), 0),
    coalesce(sum(o.weighted_minor) filter (where o.period = 'one_time'), 0),
    coalesce(sum(o.weighted_minor) filter (where o.period = 'monthly'), 0),
    coalesce(sum(o.weighted_minor) filter (where o.period = 'annual'), 0)
from {table}
where {scope} and {place} and {conditions}
group by 1, o.status_type, o.currency

-- All rows as one JSON array of arrays of text.
-- name: as_json
(select coalesce(json_agg(json_build_array(r.a, r.b, r.c, r.d::text, r.e::text, r.f::text, r.g::text, r.h::text,
    r.i::text, r.j::text, r.k::text)), '[]')::text
 from ({rows}) as r (a, b, c, d, e, f, g, h, i, j, k))

-- Which column of each source tells the statuses apart.
-- name: kept_status
t.status_id

-- name: added_status
o.status_id

-- name: no_status
null::uuid
