-- Some live opportunities that stand in a status.
select id from log.some_occupants($1, $2, $3, $4)
