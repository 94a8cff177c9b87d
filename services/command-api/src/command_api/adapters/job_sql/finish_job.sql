-- End a job.
select log.finish_job($1, $2, $3, $4, $5)
