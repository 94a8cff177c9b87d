-- Let the next relay have the lane at once.
select log.release_relay($1, $2, $3)
