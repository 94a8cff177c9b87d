-- What was answered to an accepted command with this key.
select request_hash, status, answer, position from reports.receipts where org = $1 and key = $2;
