-- Organizations as they are now; one that is known at this version or a later one stays as it is.
insert into read.organizations as old (
    org, version, name, currency, time_zone, language, visibility
)
select
    n.org, n.version, n.name, n.currency, n.time_zone, n.language, n.visibility
from unnest(
    $1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]
) as n (
    org, version, name, currency, time_zone, language, visibility
)
on conflict (org) do update set
    version = excluded.version, name = excluded.name, currency = excluded.currency,
    time_zone = excluded.time_zone, language = excluded.language, visibility = excluded.visibility
where old.version < excluded.version
