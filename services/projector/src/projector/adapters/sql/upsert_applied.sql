-- How far each organization is applied now.
insert into read.applied as old (org, "position", recorded_at)
select * from unnest($1::uuid[], $2::bigint[], $3::timestamptz[])
on conflict (org) do update set "position" = excluded."position", recorded_at = excluded.recorded_at
where old."position" < excluded."position"
