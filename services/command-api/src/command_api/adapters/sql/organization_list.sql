-- Every organization, oldest first.
select org, name from log.organization_list()
