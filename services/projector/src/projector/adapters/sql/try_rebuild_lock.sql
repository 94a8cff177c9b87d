-- The right to make generations: one at a time in a database, until the session ends.
select pg_try_advisory_lock($1)
