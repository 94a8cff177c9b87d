-- Keep a lane for publishing to a topic, and say how far it is published.
select log.renew_relay($1, $2, $3, $4, $5, $6, $7, $8)
