-- Move a job over a batch of rows.
select log.advance_job($1, $2, $3, $4, $5, $6, $7, $8, $9)
