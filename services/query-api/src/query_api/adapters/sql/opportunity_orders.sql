-- The orders of opportunities o (customer c beside it, where an order needs it). Of each order: its keys, which
-- rows have it filled and which empty, its two directions, and what lies behind a place, likewise. Ids settle
-- ties, growing either way. Empty rows stand in the order of the index, where there is one.

-- name: expected_close.keys
o.expected_close_date as key_1
-- name: expected_close.filled
o.expected_close_date is not null
-- name: expected_close.empty
o.expected_close_date is null
-- name: expected_close.asc
o.expected_close_date, o.id
-- name: expected_close.desc
o.expected_close_date desc, o.id
-- name: expected_close.behind_asc
(o.expected_close_date, o.id) > (:key_1::date, :after_id::uuid)
-- name: expected_close.behind_desc
o.expected_close_date <= :key_1::date and (o.expected_close_date < :key_1::date or o.id > :after_id::uuid)
-- name: expected_close.empty_asc
o.expected_close_date, o.id
-- name: expected_close.empty_desc
o.expected_close_date, o.id
-- name: expected_close.behind_empty_asc
o.id > :after_id::uuid
-- name: expected_close.behind_empty_desc
o.id > :after_id::uuid

-- name: created.keys
o.created_at as key_1
-- name: created.filled
true
-- name: created.asc
o.created_at, o.id
-- name: created.desc
o.created_at desc, o.id
-- name: created.behind_asc
(o.created_at, o.id) > (:key_1::timestamptz, :after_id::uuid)
-- name: created.behind_desc
o.created_at <= :key_1::timestamptz and (o.created_at < :key_1::timestamptz or o.id > :after_id::uuid)

-- name: updated.keys
o.updated_at as key_1
-- name: updated.filled
true
-- name: updated.asc
o.updated_at, o.id
-- name: updated.desc
o.updated_at desc, o.id
-- name: updated.behind_asc
(o.updated_at, o.id) > (:key_1::timestamptz, :after_id::uuid)
-- name: updated.behind_desc
o.updated_at <= :key_1::timestamptz and (o.updated_at < :key_1::timestamptz or o.id > :after_id::uuid)

-- name: closed.keys
o.closed_on as key_1
-- name: closed.filled
o.closed_on is not null
-- name: closed.empty
o.closed_on is null
-- name: closed.asc
o.closed_on, o.id
-- name: closed.desc
o.closed_on desc, o.id
-- name: closed.behind_asc
(o.closed_on, o.id) > (:key_1::date, :after_id::uuid)
-- name: closed.behind_desc
o.closed_on <= :key_1::date and (o.closed_on < :key_1::date or o.id > :after_id::uuid)
-- name: closed.empty_asc
o.id
-- name: closed.empty_desc
o.id
-- name: closed.behind_empty_asc
o.id > :after_id::uuid
-- name: closed.behind_empty_desc
o.id > :after_id::uuid

-- name: title.keys
o.title_key as key_1
-- name: title.filled
true
-- name: title.asc
o.title_key, o.id
-- name: title.desc
o.title_key desc, o.id
-- name: title.behind_asc
(o.title_key, o.id) > ({key_1}, :after_id::uuid)
-- name: title.behind_desc
o.title_key <= {key_1} and (o.title_key < {key_1} or o.id > :after_id::uuid)
-- A key too long for a cursor is looked up whole, as long as it still begins so.
-- name: title.whole_key
coalesce((select a.title_key from read.opportunities a
    where {scope} and a.id = :after_id::uuid and starts_with(a.title_key, :key_1::text)), :key_1::text)

-- name: customer.join
join read.customers c on c.org = o.org and c.id = o.customer_id
-- name: customer.keys
case when c.name is not null then c.name_key end as key_1
-- name: customer.filled
c.name is not null
-- name: customer.empty
c.name is null
-- name: customer.asc
c.name_key, o.id
-- name: customer.desc
c.name_key desc, o.id
-- name: customer.behind_asc
(c.name_key, o.id) > ({key_1}, :after_id::uuid)
-- name: customer.behind_desc
c.name_key <= {key_1} and (c.name_key < {key_1} or o.id > :after_id::uuid)
-- name: customer.empty_asc
o.id
-- name: customer.empty_desc
o.id
-- name: customer.behind_empty_asc
o.id > :after_id::uuid
-- name: customer.behind_empty_desc
o.id > :after_id::uuid
-- name: customer.whole_key
coalesce((select b.name_key from read.opportunities a
    join read.customers b on b.org = a.org and b.id = a.customer_id
    where {scope} and a.id = :after_id::uuid and starts_with(b.name_key, :key_1::text)), :key_1::text)

-- name: value.keys
o.currency as key_1, o.amount_minor as key_2
-- name: value.filled
o.amount_minor is not null
-- name: value.empty
o.amount_minor is null
-- name: value.asc
o.currency, o.amount_minor, o.id
-- name: value.desc
o.currency desc, o.amount_minor desc, o.id
-- name: value.behind_asc
(o.currency, o.amount_minor, o.id) > (:key_1::text, :key_2::bigint, :after_id::uuid)
-- name: value.behind_desc
(o.currency, o.amount_minor) <= (:key_1::text, :key_2::bigint)
and ((o.currency, o.amount_minor) < (:key_1::text, :key_2::bigint) or o.id > :after_id::uuid)
-- name: value.empty_asc
o.currency, o.amount_minor, o.id
-- name: value.empty_desc
o.currency desc, o.id
-- name: value.behind_empty_asc
(o.currency, o.id) > (:key_1::text, :after_id::uuid)
-- name: value.behind_empty_desc
o.currency <= :key_1::text and (o.currency < :key_1::text or o.id > :after_id::uuid)

-- The figure is the one that is shown: rounded once, a half away from zero.
-- name: expected_value.keys
o.currency as key_1, round(o.weighted_minor / 100)::bigint as key_2
-- name: expected_value.filled
o.weighted_minor is not null
-- name: expected_value.empty
o.weighted_minor is null
-- name: expected_value.asc
o.currency, round(o.weighted_minor / 100)::bigint, o.id
-- name: expected_value.desc
o.currency desc, round(o.weighted_minor / 100)::bigint desc, o.id
-- name: expected_value.behind_asc
(o.currency, round(o.weighted_minor / 100)::bigint, o.id) > (:key_1::text, :key_2::bigint, :after_id::uuid)
-- name: expected_value.behind_desc
(o.currency, round(o.weighted_minor / 100)::bigint) <= (:key_1::text, :key_2::bigint)
and ((o.currency, round(o.weighted_minor / 100)::bigint) < (:key_1::text, :key_2::bigint) or o.id > :after_id::uuid)
-- name: expected_value.empty_asc
o.currency, o.id
-- name: expected_value.empty_desc
o.currency desc, o.id
-- name: expected_value.behind_empty_asc
(o.currency, o.id) > (:key_1::text, :after_id::uuid)
-- name: expected_value.behind_empty_desc
o.currency <= :key_1::text and (o.currency < :key_1::text or o.id > :after_id::uuid)
