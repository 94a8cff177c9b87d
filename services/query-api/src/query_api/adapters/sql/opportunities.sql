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
concat({shown}, '}')

-- The whole of an opportunity p.
-- name: whole
concat({shown}, ',"contact_ids":', to_json(p.contact_ids), ',"note":', coalesce(to_json(p.note)::text, 'null'), '}')

-- JSON is put together as text: functions that make objects look up the types of their values for every row, which
-- costs more than all else of a card. Whatever people typed goes through to_json; concat leaves out nulls.
-- Days are local ones, by the zone's offsets: days_in_status ends today, or with the closing.
-- name: shown
'{"id":"', p.id, '","version":', p.version, ',"title":', to_json(p.title),
',"external_ref":', coalesce(to_json(p.external_ref)::text, 'null'),
',"customer":{"id":"', p.customer_id, '","name":', coalesce(to_json(c.name)::text, 'null'),
'},"board_id":"', p.board_id,
'","status":{"id":"', p.status_id, '","name":', coalesce(to_json(s.name)::text, 'null'), ',"type":"', p.status_type,
'"},"owner":{"id":"', p.owner_id, '","name":', coalesce(to_json(w.name)::text, 'null'),
'},"value":', case when p.amount_minor is null then 'null'
    else concat('{"amount_minor":', p.amount_minor, ',"currency":"', p.currency, '"}') end,
',"period":"', p.period, '","annualized_minor":', coalesce(p.annualized_minor::bigint::text, 'null'),
',"confidence":', coalesce(p.confidence::text, 'null'), ',"confidence_source":"', p.confidence_source,
'","effective_confidence":', coalesce(p.effective_confidence::text, 'null'),
',"expected_value_minor":', coalesce(round(p.weighted_minor / 100)::bigint::text, 'null'),
',"expected_close_date":', coalesce(to_json(p.expected_close_date)::text, 'null'),
',"closed_on":', coalesce(to_json(p.closed_on)::text, 'null'),
',"lost_reason":', coalesce(to_json(p.lost_reason)::text, 'null'),
',"overdue":', case when p.status_type = 'active' and p.expected_close_date < :today::date
    then 'true' else 'false' end,
',"days_in_status":', greatest(0, coalesce(p.closed_on, :today::date) - (
    p.status_since + (:offsets::interval[])[1 + width_bucket(p.status_since, :offset_starts::timestamptz[])]
)::date),
',"created_at":"', to_char(p.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
'","updated_at":"', to_char(p.updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
'","deleted_at":', case when p.deleted_at is null then 'null'
    else concat('"', to_char(p.deleted_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '"') end

-- Where the rows of a page may stand, beyond the filter.
-- name: in_column
o.board_id = g.board_id and o.status_id = g.id
-- name: in_status
o.board_id = :board_id::uuid and o.status_id = :status_id::uuid
-- name: on_board
o.board_id = :board_id::uuid
-- name: totals_on_board
t.board_id = :board_id::uuid
