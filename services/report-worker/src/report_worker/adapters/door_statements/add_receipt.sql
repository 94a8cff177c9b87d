-- Remember the answer to an accepted command.
insert into reports.receipts (org, key, request_hash, status, answer, position) values ($1, $2, $3, $4, $5, $6);
