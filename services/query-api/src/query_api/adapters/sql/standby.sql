-- What a hot standby says of itself.

-- How many seconds ago the newest transaction ended that it has replayed; no row of a primary.
-- name: age
select extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as age_s where pg_is_in_recovery()
