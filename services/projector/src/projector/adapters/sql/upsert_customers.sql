-- Customers as they are now; one that is known at this version or a later one stays as it is.
insert into read.customers as old (
    org, id, version, name, name_key, words, external_ref, person, created_at, archived_at,
    erased_at
)
select
    n.org, n.id, n.version, n.name, n.name_key, n.words, n.external_ref, n.person, n.created_at,
    n.archived_at, n.erased_at
from unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::tsvector[], $7::text[],
    $8::boolean[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[]
) as n (
    org, id, version, name, name_key, words, external_ref, person, created_at, archived_at,
    erased_at
)
on conflict (org, id) do update set
    version = excluded.version, name = excluded.name, name_key = excluded.name_key,
    words = excluded.words, external_ref = excluded.external_ref, person = excluded.person,
    created_at = excluded.created_at, archived_at = excluded.archived_at,
    erased_at = excluded.erased_at
where old.version < excluded.version
