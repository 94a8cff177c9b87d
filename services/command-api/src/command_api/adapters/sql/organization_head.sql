-- Where an organization stands.
select lane, head, epoch from log.organization_head($1)
