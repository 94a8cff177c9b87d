-- Keep a lane for publishing, and say how far it is published.
select log.renew_relay($1, $2, $3, $4)
