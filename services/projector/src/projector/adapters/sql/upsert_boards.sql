-- Boards as they are now; one that is known at this version or a later one stays as it is.
insert into read.boards as old (
    org, id, version, name, created_at, archived_at
)
select
    n.org, n.id, n.version, n.name, n.created_at, n.archived_at
from unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::timestamptz[]
) as n (
    org, id, version, name, created_at, archived_at
)
on conflict (org, id) do update set
    version = excluded.version, name = excluded.name, created_at = excluded.created_at,
    archived_at = excluded.archived_at
where old.version < excluded.version
