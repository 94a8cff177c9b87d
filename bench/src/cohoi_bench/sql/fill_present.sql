-- All opportunities as they are now, in one statement over the whole log.
with facts as (
    select f.org, f.stream_id as id, f.version, f.recorded_at, f.occurred_at,
        convert_from(f.bytes, 'UTF8')::jsonb -> 'data' as data
    from log.facts f where f.lane = 0 and f.stream_kind = 'opportunity'
), lives as (
    select distinct on (org, id) org, id, version, recorded_at, occurred_at, data,
        first_value(data ->> 'title') over (partition by org, id order by version) as title,
        first_value(recorded_at) over (partition by org, id order by version) as began_at
    from facts order by org, id, version desc
)
insert into {schema}.opportunities (
    org, id, version, board_id, status_id, status_type, owner_id, customer_id, title, title_key, words,
    amount_minor, currency, period, annualized_minor, weighted_minor, confidence, confidence_source,
    effective_confidence, expected_close_date, closed_on, contact_ids, created_at, updated_at, status_since)
select org, id, version, (data ->> 'board_id')::uuid, (a -> 'status' ->> 'id')::uuid, a -> 'status' ->> 'type',
    (a ->> 'owner_id')::uuid, (a ->> 'customer_id')::uuid, title, lower(title), to_tsvector('simple', title),
    (a ->> 'amount_minor')::bigint, a ->> 'currency', a ->> 'period', (a ->> 'amount_minor')::numeric,
    (a ->> 'amount_minor')::numeric * (a ->> 'confidence')::integer, (a ->> 'confidence')::integer,
    a ->> 'confidence_source', (a ->> 'confidence')::integer, (a ->> 'expected_close_date')::date,
    (a ->> 'closed_on')::date, '{}', began_at, recorded_at, occurred_at
from lives, lateral (select data -> 'after' as a) as cell
