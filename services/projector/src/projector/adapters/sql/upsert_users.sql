-- Users as they are now; one that is known at this version or a later one stays as it is.
insert into read.users as old (
    org, id, version, name, name_key, words, email, role, team_id, active, created_at, erased_at
)
select
    n.org, n.id, n.version, n.name, n.name_key, n.words, n.email, n.role, n.team_id, n.active,
    n.created_at, n.erased_at
from unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::tsvector[], $7::text[],
    $8::text[], $9::uuid[], $10::boolean[], $11::timestamptz[], $12::timestamptz[]
) as n (
    org, id, version, name, name_key, words, email, role, team_id, active, created_at, erased_at
)
on conflict (org, id) do update set
    version = excluded.version, name = excluded.name, name_key = excluded.name_key,
    words = excluded.words, email = excluded.email, role = excluded.role,
    team_id = excluded.team_id, active = excluded.active, created_at = excluded.created_at,
    erased_at = excluded.erased_at
where old.version < excluded.version
