-- How many live opportunities stand on these boards (null: on all), by the kept totals.
select coalesce(sum(t.count), 0)::bigint from read.totals t
where t.org = $1 and ($2::uuid[] is null or t.board_id = any ($2::uuid[]));
