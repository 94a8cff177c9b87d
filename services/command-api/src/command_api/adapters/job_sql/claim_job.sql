-- Take the next job that waits, or whose owner is gone.
select * from log.claim_job($1, $2)
