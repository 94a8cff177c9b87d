-- Let the next relay have a lane at once.
select log.release_relay($1, $2)
