-- Every organization's lane and head.
select org, lane, head from log.organizations
