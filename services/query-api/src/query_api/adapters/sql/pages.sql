-- Any list and any single thing: rows of a table under conditions, in an order, behind a place, shown as JSON.

-- The first :limit rows behind a place, and whether and where the next page begins.
-- name: page
select concat('[', string_agg(r.item::text, ',' order by r.n) filter (where r.n <= :limit::integer), ']') as items,
    case when max(r.n) > :limit::integer then
        (json_agg(json_build_array(r.empty, r.id, r.keys)) filter (where r.n = :limit::integer)) -> 0
    end as last
from (
    select row_number() over (order by {order}) as n, p.id, p.empty, {keys} as keys, {item} as item
    from (
        select p.* from ({parts}) as p order by {order} limit :limit::integer + 1
    ) as p
    {names}
) as r

-- Rows whose keys of the order are filled, no more than a page of them.
-- name: filled
select false as empty, {keys}, {columns}
from {table} {join}
where {scope} and {place} and {conditions} and {filled} and {behind}
order by {order} limit :limit::integer + 1

-- Rows whose last key is empty, which stand behind all others.
-- name: empty
select true as empty, {keys}, {columns}
from {table} {join}
where {scope} and {place} and {conditions} and {empty} and {behind}
order by {order} limit :limit::integer + 1

-- Both: the empty ones are looked for only where the filled ones do not make a page.
-- name: both
with filled as materialized ({filled})
select f.* from filled as f
union all
select e.* from ({empty}) as e where (select count(*) from filled) <= :limit::integer

-- What a search leaves, found by its words: the order's index would be read to its end for a rare word.
-- name: searched
(select o.* from {searched_table} where {scope} and {searches} offset 0) as o

-- The same where words may be in nearly everything, and an index has the order: if the first thousands of rows in it
-- make a page, that is the page; only then are rows found by their words, which for a word of all takes as long as all.
-- name: walked_or_searched
(
    with walked as materialized (
        select o.* from (
            select o.* from {table} {join}
            where {scope} and {place} and {conditions} and {part} and {behind}
            order by {order} limit 5000
        ) as o where {searches} limit :limit::integer + 1
    )
    select o.* from walked as o where (select count(*) from walked) > :limit::integer
    union all
    select o.* from (select o.* from {searched_table} where {scope} and {searches} offset 0) as o
    where (select count(*) from walked) <= :limit::integer
) as o

-- What some owners own, where it may stand: of each owner no more than a page, found by the owner's index. A page of
-- all of them together is among these, and whoever owns nothing there costs nothing.
-- name: owned
(select o.* from unnest(:owners::uuid[]) as one (id) cross join lateral (
    select o.* from {table} {join}
    where o.org = :org and o.owner_id = one.id and {place} and {conditions} and {part} and {behind}
    order by {order} limit :limit::integer + 1
) as o) as o

-- The order of a page that was put together from both parts, by its number of keys.
-- name: asc_1
p.empty, p.key_1, p.id
-- name: desc_1
p.empty, p.key_1 desc, p.id
-- name: asc_2
p.empty, p.key_1, p.key_2, p.id
-- name: desc_2
p.empty, p.key_1 desc, p.key_2 desc, p.id
-- name: keys_1
array[p.key_1::text]
-- name: keys_2
array[p.key_1::text, p.key_2::text]

-- One row by its id, whatever its state.
-- name: single
select p.version, {item} as item
from (select {columns} from {table} where {scope} and o.id = :id::uuid) as p
{names}

-- Everywhere: no condition.
-- name: anywhere
true
