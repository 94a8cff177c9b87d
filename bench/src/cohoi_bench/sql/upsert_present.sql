-- The newest state of each opportunity of the batch; a title that the batch does not say stays.
with batch as (
    select distinct on (f.org, f.stream_id) f.org, f.stream_id as id, f.version, f.recorded_at, f.occurred_at, d.data,
        first_value(d.data ->> 'title') over (partition by f.org, f.stream_id order by f.version) as title,
        first_value(f.recorded_at) over (partition by f.org, f.stream_id order by f.version) as began_at
    from log.facts f,
        lateral (select convert_from(f.bytes, 'UTF8')::jsonb -> 'data' as data) as d
    where f.lane = 0 and f.lane_position > $1 and f.lane_position <= $2 and f.stream_kind = 'opportunity'
    order by f.org, f.stream_id, f.version desc
)
insert into {schema}.opportunities as old (
    org, id, version, board_id, status_id, status_type, owner_id, customer_id, title, title_key, words,
    amount_minor, currency, period, annualized_minor, weighted_minor, confidence, confidence_source,
    effective_confidence, expected_close_date, closed_on, contact_ids, created_at, updated_at, status_since)
select org, id, version, (data ->> 'board_id')::uuid, (a -> 'status' ->> 'id')::uuid, a -> 'status' ->> 'type',
    (a ->> 'owner_id')::uuid, (a ->> 'customer_id')::uuid, coalesce(title, ''), lower(coalesce(title, '')),
    to_tsvector('simple', coalesce(title, '')), (a ->> 'amount_minor')::bigint, a ->> 'currency', a ->> 'period',
    (a ->> 'amount_minor')::numeric, (a ->> 'amount_minor')::numeric * (a ->> 'confidence')::integer,
    (a ->> 'confidence')::integer, a ->> 'confidence_source', (a ->> 'confidence')::integer,
    (a ->> 'expected_close_date')::date, (a ->> 'closed_on')::date, '{}', began_at, recorded_at, occurred_at
from batch, lateral (select data -> 'after' as a) as cell
on conflict (org, id) do update set
    version = excluded.version, status_id = excluded.status_id, status_type = excluded.status_type,
    owner_id = excluded.owner_id, customer_id = excluded.customer_id,
    title = case when excluded.title = '' then old.title else excluded.title end,
    title_key = case when excluded.title = '' then old.title_key else excluded.title_key end,
    words = case when excluded.title = '' then old.words else excluded.words end,
    amount_minor = excluded.amount_minor, currency = excluded.currency, period = excluded.period,
    annualized_minor = excluded.annualized_minor, weighted_minor = excluded.weighted_minor,
    confidence = excluded.confidence, confidence_source = excluded.confidence_source,
    effective_confidence = excluded.effective_confidence, expected_close_date = excluded.expected_close_date,
    closed_on = excluded.closed_on, updated_at = excluded.updated_at,
    status_since = case when old.status_id = excluded.status_id then old.status_since else excluded.status_since end
where old.version < excluded.version
