-- When the fact at a position was recorded.
select f.recorded_at from log.organization_facts($1, $2::bigint - 1, 1) f;
