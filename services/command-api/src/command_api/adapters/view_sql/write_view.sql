-- Write, drop or leave a view, with its receipt.
select outcome, position, request_hmac, status, answer
from log.write_view($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
