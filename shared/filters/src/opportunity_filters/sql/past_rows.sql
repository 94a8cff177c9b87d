-- The rows of then, for each table of the present: versions v that stood at a moment, and what was made later
-- (as it first was) where an opportunity of then may refer to it. A version stands from its own fact to the next.

-- By what was known at a position: nothing of it was made later.
-- name: position.stands
{v}.from_position <= :moment_position::bigint
and ({v}.to_position is null or {v}.to_position > :moment_position::bigint)
-- name: position.later
false

-- By what was so at an instant, by all that is known now.
-- name: instant.stands
{v}.from_time <= :moment_instant::timestamptz and ({v}.to_time is null or {v}.to_time > :moment_instant::timestamptz)
-- name: instant.later
{v}.version = 1 and {v}.from_time > :moment_instant::timestamptz

-- By what was so at an instant, as it was known at a position; neither axis ever falls with the version.
-- name: both.stands
{v}.from_position <= :moment_position::bigint and {v}.from_time <= :moment_instant::timestamptz
and ({v}.to_position is null or {v}.to_position > :moment_position::bigint
    or {v}.to_time > :moment_instant::timestamptz)
-- name: both.later
{v}.version = 1 and {v}.from_time > :moment_instant::timestamptz and {v}.from_position <= :moment_position::bigint

-- Notes are in no version: they stay sealed in the log.
-- name: opportunities
select v.*, null::text as note from read.opportunity_versions v where v.org = :org and {stands_v}

-- name: customers.columns
v.org, v.id, v.version, v.name, v.name_key, v.words || v.reference_words as words, v.external_ref, v.person,
v.created_at, v.archived_at
-- name: customers
select {customers_columns} from read.customer_versions v where v.org = :org and ({stands_v} or {later_v})
-- name: customers.listed
select {customers_columns} from read.customer_versions v where v.org = :org and {stands_v}
union all
select {customers_columns} from read.customer_versions v where v.org = :org and {later_v}
    and v.id in (select w.customer_id from read.opportunity_versions w where w.org = :org and {stands_w})

-- Contacts of then in order; whoever was erased meanwhile says so.
-- name: contacts
select v.org, v.id as customer_id, (c.item ->> 'id')::uuid as id, c.number as ordinal, c.item ->> 'name' as name,
    c.item ->> 'email' as email, c.item ->> 'phone' as phone, c.item ->> 'title' as title, n.erased_at
from read.customer_versions v
cross join lateral jsonb_array_elements(v.contacts) with ordinality as c (item, number)
left join read.contacts n on n.org = v.org and n.customer_id = v.id and n.id = (c.item ->> 'id')::uuid
where v.org = :org and ({stands_v} or {later_v})

-- name: users
select v.org, v.id, v.version, v.name, v.name_key, v.role, v.team_id, v.active
from read.user_versions v where v.org = :org and ({stands_v} or {later_v})

-- name: boards.columns
v.org, v.id, v.version, v.name, v.created_at, v.archived_at
-- name: boards
select {boards_columns} from read.board_versions v where v.org = :org and ({stands_v} or {later_v})
-- name: boards.listed
select {boards_columns} from read.board_versions v where v.org = :org and {stands_v}
union all
select {boards_columns} from read.board_versions v where v.org = :org and {later_v}
    and exists (select from read.opportunity_versions w
        where w.org = :org and w.board_id = v.id and {stands_w})

-- An organization asked of before it was there is as it first was.
-- name: organizations
select v.* from read.organization_versions v
where v.org = :org and v.version = coalesce(
    (select max(w.version) from read.organization_versions w where w.org = :org and {stands_w}), 1)

-- The statuses of all boards: in order, then those that were gone, and behind them those that were made later and
-- hold an opportunity of then.
-- name: statuses
with standing as materialized (
    select v.org, v.id as board_id, v.version, v.statuses, v.gone
    from read.board_versions v where v.org = :org and ({stands_v} or {later_v})
), present as (
    select b.org, b.board_id, s.number::integer as index, s.item, null::timestamptz as deleted_at
    from standing b cross join lateral jsonb_array_elements(b.statuses) with ordinality as s (item, number)
    union all
    select b.org, b.board_id, null, s.item, (s.item ->> 'deleted_at')::timestamptz
    from standing b cross join lateral jsonb_array_elements(b.gone) as s (item)
), added as (
    select distinct on (v.id, s.item -> 'id') v.org, v.id as board_id,
        (1000 * (v.version - b.version) + s.number)::integer as index, s.item, null::timestamptz as deleted_at
    from standing b
    join read.board_versions v on v.org = b.org and v.id = b.board_id and v.version > b.version
    cross join lateral jsonb_array_elements(v.statuses) with ordinality as s (item, number)
    where {added_v}
    order by v.id, s.item -> 'id', v.version
), every as (
    select p.* from present p
    union all
    select a.* from added a
    where not exists (select from present p where p.board_id = a.board_id and p.item -> 'id' = a.item -> 'id')
        and exists (select from read.opportunity_versions w where w.org = a.org and w.board_id = a.board_id
            and w.status_id = (a.item ->> 'id')::uuid and {stands_w})
)
select e.org, e.board_id, (e.item ->> 'id')::uuid as id, e.index, e.item ->> 'name' as name,
    e.item ->> 'type' as type, e.item ->> 'color' as color, (e.item ->> 'default_confidence')::integer
    as default_confidence, (e.item ->> 'deleting')::boolean as deleting, e.deleted_at
from every e
-- Which versions of a board may add statuses that were made later.
-- name: position.added
false
-- name: instant.added
true
-- name: both.added
{v}.from_position <= :moment_position::bigint
