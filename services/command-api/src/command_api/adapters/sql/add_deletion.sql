-- Make the job of a status deletion, in the transaction that appends its beginning.
select log.add_deletion($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
