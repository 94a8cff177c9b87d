-- Decision state of many streams at once.
select n, version, hash, created_at, occurred_at, recorded_at, last_actor, state from log.load_streams($1, $2, $3)
