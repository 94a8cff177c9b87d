-- Facts of a stream after a version, oldest first.
select bytes from log.stream_facts($1, $2, $3, $4, $5)
