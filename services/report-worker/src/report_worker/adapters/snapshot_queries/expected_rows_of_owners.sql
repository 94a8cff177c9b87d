-- How many live opportunities of these owners stand on these boards (null: on all), by the kept totals.
select coalesce(sum(t.count), 0)::bigint from read.owner_totals t
where t.org = $1 and ($2::uuid[] is null or t.board_id = any ($2::uuid[])) and t.owner_id = any ($3::uuid[]);
