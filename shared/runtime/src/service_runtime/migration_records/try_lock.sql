-- Take the lock of this database's migrations for the session, if it is free.
SELECT pg_try_advisory_lock($1);
