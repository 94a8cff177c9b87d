-- Take a lane for publishing; null while another relay holds it.
select log.acquire_relay($1, $2, $3)
