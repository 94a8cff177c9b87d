-- A version a fact of the batch, with the title that the present row has.
insert into {schema}.opportunity_versions (
    org, id, version, from_position, to_position, from_time, to_time, board_id, status_id, status_type, owner_id,
    customer_id, title, title_key, words, amount_minor, currency, period, annualized_minor, weighted_minor, confidence,
    confidence_source, effective_confidence, expected_close_date, closed_on, contact_ids, created_at, updated_at,
    status_since)
select f.org, f.stream_id, f.version, f.position,
    lead(f.position) over life, f.occurred_at, lead(f.occurred_at) over life,
    (d.data ->> 'board_id')::uuid, (a -> 'status' ->> 'id')::uuid, a -> 'status' ->> 'type',
    (a ->> 'owner_id')::uuid, (a ->> 'customer_id')::uuid, o.title, o.title_key, o.words,
    (a ->> 'amount_minor')::bigint, a ->> 'currency', a ->> 'period', (a ->> 'amount_minor')::numeric,
    (a ->> 'amount_minor')::numeric * (a ->> 'confidence')::integer, (a ->> 'confidence')::integer,
    a ->> 'confidence_source', (a ->> 'confidence')::integer, (a ->> 'expected_close_date')::date,
    (a ->> 'closed_on')::date, '{}', o.created_at, f.recorded_at, o.status_since
from log.facts f
join {schema}.opportunities o on o.org = f.org and o.id = f.stream_id,
    lateral (select convert_from(f.bytes, 'UTF8')::jsonb -> 'data' as data) as d,
    lateral (select d.data -> 'after' as a) as cell
where f.lane = 0 and f.lane_position > $1 and f.lane_position <= $2 and f.stream_kind = 'opportunity'
window life as (partition by f.org, f.stream_id order by f.version)
