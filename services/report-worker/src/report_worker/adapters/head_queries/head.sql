-- The newest position of an organization in the log.
select head from log.organization_head($1);
