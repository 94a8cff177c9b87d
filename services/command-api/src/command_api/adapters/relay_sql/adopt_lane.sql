-- Begin an epoch of a lane, from a lane position on.
select log.adopt_lane($1, $2, $3)
