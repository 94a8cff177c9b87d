-- What a filter demands of an opportunity o, each condition under its name; all that are named must hold.

-- name: live
o.deleted_at is null

-- name: deleted
o.deleted_at is not null

-- name: board
o.board_id = any(:board::uuid[])

-- name: status
o.status_id = any(:status::uuid[])

-- name: type
o.status_type = any(:type::text[])

-- name: owner
o.owner_id = any(:owner::uuid[])

-- name: team
o.owner_id = any(array(
    select m.id from read.users m where m.org = :org and m.team_id = any(:team::uuid[])
))

-- name: customer
o.customer_id = any(:customer::uuid[])

-- name: currency
o.currency = any(:currency::text[])

-- name: period
o.period = any(:period::text[])

-- name: value_min
o.amount_minor >= :value_min::bigint

-- name: value_max
o.amount_minor <= :value_max::bigint

-- name: created_from
o.created_at >= :created_from::timestamptz

-- name: created_to
o.created_at < :created_to::timestamptz

-- name: expected_close_from
o.expected_close_date >= :expected_close_from::date

-- name: expected_close_to
o.expected_close_date < :expected_close_to::date

-- name: closed_from
o.closed_on >= :closed_from::date

-- name: closed_to
o.closed_on < :closed_to::date

-- name: updated_from
o.updated_at >= :updated_from::timestamptz

-- name: overdue
o.status_type = 'active' and o.expected_close_date < :overdue::date

-- name: not_overdue
(o.status_type <> 'active' or o.expected_close_date is null or o.expected_close_date >= :not_overdue::date)

-- One word of a search: the start of a word of the opportunity, or of its customer's name. Searches look into
-- views with a fence of their own, behind which the indexes of words can be used.
-- name: word
(o.words @@ :word::text::tsquery or o.customer_id = any(array(
    select k.id from read.searched_customers k where k.org = :org and k.words @@ :word::text::tsquery
)))

-- Several words of a search: mostly all of them stand in the opportunity, which one look into the index tells, however
-- frequent one of them is; else some stand in its customer's name, and it is one of that customer's.
-- name: words
(o.words @@ :all_words::text::tsquery or (o.customer_id = any(array(
    select k.id from read.searched_customers k where k.org = :org and k.words @@ :any_word::text::tsquery
)) and {each}))
