-- How many facts there are in whatever lane.
select count(*) from log.facts
