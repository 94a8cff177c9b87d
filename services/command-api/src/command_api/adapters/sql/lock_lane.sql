-- Hold the lane's lock to the end of the transaction; log.append takes the same one again.
select pg_advisory_xact_lock($1, $2)
