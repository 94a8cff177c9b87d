-- Take a lane for publishing to a topic; null while another relay holds it.
select log.acquire_relay($1, $2, $3, $4)
