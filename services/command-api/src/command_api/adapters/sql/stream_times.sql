-- Facts of a stream after a version, oldest first, with the numbers and times that the log gave them.
select version, position, recorded_at, occurred_at, bytes from log.stream_facts($1, $2, $3, $4, $5)
