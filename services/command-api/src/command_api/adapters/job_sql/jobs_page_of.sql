-- Jobs of an organization that one caller asked for, newest first.
select * from log.jobs_page_of($1, $2, $3, $4)
