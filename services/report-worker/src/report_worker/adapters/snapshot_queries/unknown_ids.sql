-- The filters that name something which the organization does not have.
select 'board' as key from unnest($2::uuid[]) as x (id)
where not exists (select from read.boards t where t.org = $1 and t.id = x.id)
union
select 'status' from unnest($3::uuid[]) as x (id)
where not exists (select from read.statuses t where t.org = $1 and t.id = x.id)
union
select 'owner' from unnest($4::uuid[]) as x (id)
where not exists (select from read.users t where t.org = $1 and t.id = x.id)
union
select 'team' from unnest($5::uuid[]) as x (id)
where not exists (select from read.teams t where t.org = $1 and t.id = x.id)
union
select 'customer' from unnest($6::uuid[]) as x (id)
where not exists (select from read.customers t where t.org = $1 and t.id = x.id)
order by key;
