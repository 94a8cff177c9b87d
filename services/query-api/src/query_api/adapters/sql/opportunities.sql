-- Opportunities as JSON, one by one or a page of them in an order.

-- name: table
read.opportunities o

-- The same where words are searched for.
-- name: searched_table
read.searched_opportunities o

-- The columns that a page carries from where it found its rows to where they are shown.
-- name: columns
o.org, o.id, o.version, o.board_id, o.status_id, o.status_type, o.owner_id, o.customer_id, o.title, o.external_ref,
o.amount_minor, o.currency, o.period, o.annualized_minor, o.weighted_minor, o.confidence, o.confidence_source,
o.effective_confidence, o.expected_close_date, o.closed_on, o.contact_ids, o.note, o.lost_reason, o.created_at,
o.updated_at, o.status_since, o.deleted_at

-- The names of now that an opportunity p is shown with: its customer c, owner w and status s.
-- name: names
left join read.customers c on c.org = p.org and c.id = p.customer_id
left join read.users w on w.org = p.org and w.id = p.owner_id
left join read.statuses s on s.org = p.org and s.board_id = p.board_id and s.id = p.status_id

-- A card: an opportunity p without what only its own page shows.
-- name: card
(select row_to_json(i) from (select {shown}) as i)

-- The whole of an opportunity p.
-- name: whole
(select row_to_json(i) from (select {shown}, p.contact_ids, p.note) as i)

-- Days are local ones, by the zone's offsets: days_in_status ends today, or with the closing.
-- name: shown
p.id, p.version, p.title, p.external_ref,
json_build_object('id', p.customer_id, 'name', c.name) as customer,
p.board_id,
json_build_object('id', p.status_id, 'name', s.name, 'type', p.status_type) as status,
json_build_object('id', p.owner_id, 'name', w.name) as owner,
case when p.amount_minor is not null
    then json_build_object('amount_minor', p.amount_minor, 'currency', p.currency) end as value,
p.period, p.annualized_minor::bigint as annualized_minor, p.confidence, p.confidence_source, p.effective_confidence,
round(p.weighted_minor / 100)::bigint as expected_value_minor, p.expected_close_date, p.closed_on, p.lost_reason,
coalesce(p.status_type = 'active' and p.expected_close_date < :today::date, false) as overdue,
greatest(0, coalesce(p.closed_on, :today::date) - (
    p.status_since + (:offsets::interval[])[1 + width_bucket(p.status_since, :offset_starts::timestamptz[])]
)::date) as days_in_status,
to_char(p.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
to_char(p.updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
to_char(p.deleted_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as deleted_at

-- Where the rows of a page may stand, beyond the filter.
-- name: in_column
o.board_id = g.board_id and o.status_id = g.id
-- name: in_status
o.board_id = :board_id::uuid and o.status_id = :status_id::uuid
-- name: on_board
o.board_id = :board_id::uuid
-- name: totals_on_board
t.board_id = :board_id::uuid
