-- The last stored versions of organizations end where the next ones begin.
update read.organization_versions v set to_position = n.to_position, to_time = n.to_time
from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::bigint[], $5::timestamptz[])
    as n (org, id, version, to_position, to_time)
where v.org = n.org and v.id = n.id and v.version = n.version
