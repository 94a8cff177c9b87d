-- Give a job back, as far as it is.
select log.release_job($1, $2)
