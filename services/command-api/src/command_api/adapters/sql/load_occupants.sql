-- Live opportunities in a status, or on a whole board.
select id from log.load_occupants($1, $2, $3, $4)
