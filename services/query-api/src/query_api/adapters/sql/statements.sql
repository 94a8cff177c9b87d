-- The questions that are put to the read schema. Each is one statement and so one snapshot, and each answers
-- first which generation of the read models is current in that snapshot (asked of another one it is asked again),
-- at which position it is true, by whose clock, and which ids of the filter are unknown.

-- name: head
(select c.number from projection.current c) as generation, a.position, z.time_zone, z.language, {unknown} as unknown
-- name: source
(values (true)) as one (answers)
left join read.applied a on a.org = :org
left join read.organizations z on z.org = :org

-- name: list
select {head}, p.items, p.last
from {source}
cross join lateral ({page}) as p

-- name: list_with_totals
select {head}, p.items, p.last, {totals} as totals
from {source}
cross join lateral ({page}) as p

-- name: totals
select {head}, {totals} as totals from {source}

-- name: single
select {head}, i.version, i.item
from {source}
left join lateral ({single}) as i on true

-- name: board_totals
select {head}, i.item, {totals} as totals
from {source}
left join lateral ({single}) as i on true

-- name: board_view
select {head}, i.item, v.columns, {totals} as totals
from {source}
left join lateral ({single}) as i on true
cross join lateral (
    select concat('[', string_agg(concat(
        '{"status":', json_build_object('id', g.id, 'name', g.name, 'type', g.type, 'color', g.color),
        ',"cards":', p.items, ',"last":', coalesce(p.last::text, 'null'), '}'), ',' order by g.index, g.id), ']') as columns
    from read.statuses g
    cross join lateral ({page}) as p
    where g.org = :org and g.board_id = :board_id::uuid and g.deleted_at is null
) as v

-- name: cards
select {head}, p.items, p.last,
    exists (select from read.statuses t where t.org = :org and t.board_id = :board_id::uuid
        and t.id = :status_id::uuid and t.deleted_at is null) as found
from {source}
cross join lateral ({page}) as p

-- A customer with the first of its opportunities and the totals of all of them.
-- name: customer
select {head}, i.version, i.item, p.items, p.last, {totals} as totals
from {source}
left join lateral ({single}) as i on true
cross join lateral ({page}) as p

-- name: organization
select {head}, p.version, {item} as item
from {source}
left join read.organizations p on p.org = :org

-- The caller's own user, where it is one, and its organization.
-- name: me
select {head},
    (select {organization} from read.organizations p where p.org = :org) as organization,
    (select {user} from read.users p where p.org = :org and p.id = :user_id::uuid) as caller
from {source}

-- Whether something is there, and where that is true.
-- name: found
select {head}, {found} as found from {source}
