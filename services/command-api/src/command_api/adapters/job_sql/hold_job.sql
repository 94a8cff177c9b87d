-- Hold on to a job.
select log.hold_job($1, $2, $3)
