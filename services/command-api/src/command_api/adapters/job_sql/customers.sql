-- Present customers of an organization with their names.
select id, name from read.customers where org = $1 and archived_at is null and erased_at is null and name is not null
