-- Say how many rows a job has, and their columns.
select log.size_job($1, $2, $3, $4)
