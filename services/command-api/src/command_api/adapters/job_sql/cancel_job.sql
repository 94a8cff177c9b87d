-- Cancel a job that has not ended.
select * from log.cancel_job($1, $2)
