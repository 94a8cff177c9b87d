-- Teams as they are now; one that is known at this version or a later one stays as it is.
insert into read.teams as old (
    org, id, version, name, name_key
)
select
    n.org, n.id, n.version, n.name, n.name_key
from unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[]
) as n (
    org, id, version, name, name_key
)
on conflict (org, id) do update set
    version = excluded.version, name = excluded.name, name_key = excluded.name_key
where old.version < excluded.version
