-- One job of an organization.
select * from log.job($1, $2)
