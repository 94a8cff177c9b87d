-- Jobs of an organization, newest first.
select * from log.jobs_page($1, $2, $3)
