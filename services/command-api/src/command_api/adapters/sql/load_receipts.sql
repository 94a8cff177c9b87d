-- Receipts of commands that were accepted before.
select n, request_hmac, status, answer, position from log.load_receipts($1, $2)
