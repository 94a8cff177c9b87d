-- How many live opportunities stand in a status, or on a whole board.
select log.count_occupants($1, $2, $3) as count
