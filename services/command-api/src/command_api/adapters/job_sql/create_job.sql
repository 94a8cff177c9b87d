-- Make a job with its receipt, exactly once a key.
select outcome, position, request_hmac, status, answer
from log.create_job($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
