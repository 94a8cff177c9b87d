-- How many persons of each organization a batch erased.
insert into read.erasures as old (org, count)
select * from unnest($1::uuid[], $2::bigint[])
on conflict (org) do update set count = old.count + excluded.count
