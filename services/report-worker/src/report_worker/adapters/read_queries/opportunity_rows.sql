-- Opportunities as they were at a position (of those, at an instant), under a filter, with the names of then; whoever
-- takes them orders them. What was made after the instant has the name that it was given first.
with statuses as materialized (
    -- a deleted status is in no later version of its board, but deleted opportunities still stand in it
    select distinct on (s.id) s.id, s.name
    from read.board_versions b
    cross join lateral jsonb_to_recordset(b.statuses) as s (id uuid, name text)
    cross join lateral (select coalesce(b.from_time > %(instant)s::timestamptz, false)) as made (later)
    where b.org = %(org)s and b.from_position <= %(position)s
    order by s.id, made.later, case when made.later then b.version else -b.version end
)
select v.id, v.title, v.external_ref, v.customer_id, c.name as customer, v.board_id, b.name as board,
    v.status_id, s.name as status, v.status_type, v.owner_id, u.name as owner, v.amount_minor, v.currency,
    v.period, v.annualized_minor::bigint as annualized_minor, v.confidence,
    round(v.weighted_minor / 100)::bigint as expected_value_minor, v.expected_close_date, v.closed_on,
    v.created_at, v.updated_at
from read.opportunity_versions v
left join read.customer_versions c on c.org = v.org and c.id = v.customer_id
    and c.from_position <= %(position)s and (
        (%(instant)s::timestamptz is null or c.from_time <= %(instant)s)
            and (c.to_position is null or c.to_position > %(position)s or c.to_time > %(instant)s::timestamptz)
        or c.version = 1 and c.from_time > %(instant)s::timestamptz)
left join read.user_versions u on u.org = v.org and u.id = v.owner_id
    and u.from_position <= %(position)s and (
        (%(instant)s::timestamptz is null or u.from_time <= %(instant)s)
            and (u.to_position is null or u.to_position > %(position)s or u.to_time > %(instant)s::timestamptz)
        or u.version = 1 and u.from_time > %(instant)s::timestamptz)
left join read.board_versions b on b.org = v.org and b.id = v.board_id
    and b.from_position <= %(position)s and (
        (%(instant)s::timestamptz is null or b.from_time <= %(instant)s)
            and (b.to_position is null or b.to_position > %(position)s or b.to_time > %(instant)s::timestamptz)
        or b.version = 1 and b.from_time > %(instant)s::timestamptz)
left join statuses s on s.id = v.status_id
where v.org = %(org)s
    and v.from_position <= %(position)s and (%(instant)s::timestamptz is null or v.from_time <= %(instant)s)
    and (v.to_position is null or v.to_position > %(position)s or v.to_time > %(instant)s::timestamptz)
    and (%(visible)s::uuid[] is null or v.owner_id = any (%(visible)s::uuid[]))
    and (%(deleted)s::boolean is null or (v.deleted_at is not null) = %(deleted)s::boolean)
    and (%(boards)s::uuid[] is null or v.board_id = any (%(boards)s::uuid[]))
    and (%(statuses)s::uuid[] is null or v.status_id = any (%(statuses)s::uuid[]))
    and (%(types)s::text[] is null or v.status_type = any (%(types)s::text[]))
    and (%(owners)s::uuid[] is null or v.owner_id = any (%(owners)s::uuid[]))
    and (%(teams)s::uuid[] is null or u.team_id = any (%(teams)s::uuid[]))
    and (%(customers)s::uuid[] is null or v.customer_id = any (%(customers)s::uuid[]))
    and (%(words)s::tsquery is null
        or %(words)s::tsquery @@ (v.words || coalesce(c.words || c.reference_words, ''::tsvector)))
    and (%(value_min)s::bigint is null or v.amount_minor >= %(value_min)s::bigint)
    and (%(value_max)s::bigint is null or v.amount_minor <= %(value_max)s::bigint)
    and (%(currencies)s::text[] is null or v.currency = any (%(currencies)s::text[]))
    and (%(periods)s::text[] is null or v.period = any (%(periods)s::text[]))
    and (%(created_from)s::timestamptz is null or v.created_at >= %(created_from)s::timestamptz)
    and (%(created_to)s::timestamptz is null or v.created_at < %(created_to)s::timestamptz)
    and (%(expected_close_from)s::date is null or v.expected_close_date >= %(expected_close_from)s::date)
    and (%(expected_close_to)s::date is null or v.expected_close_date < %(expected_close_to)s::date)
    and (%(closed_from)s::date is null or v.closed_on >= %(closed_from)s::date)
    and (%(closed_to)s::date is null or v.closed_on < %(closed_to)s::date)
    and (%(updated_from)s::timestamptz is null or v.updated_at >= %(updated_from)s::timestamptz)
    and (%(overdue)s::boolean is null
        or (v.status_type = 'active' and coalesce(v.expected_close_date < %(today)s::date, false)) = %(overdue)s)
