-- The rows of a report for people as CSV, rendered where they are: text that a spreadsheet might run behind an
-- apostrophe, money in whole units, words of a language, wall clocks of a zone
-- by its offsets: no other time zone data than ours decides. The heading is not among them.
copy (
    select r.id,
        case when strpos(%(dangerous)s, left(r.title, 1)) > 0 then '''' || r.title else r.title end,
        case when strpos(%(dangerous)s, left(r.reference, 1)) > 0 then '''' || r.reference else r.reference end,
        case when strpos(%(dangerous)s, left(r.customer, 1)) > 0 then '''' || r.customer else r.customer end,
        case when strpos(%(dangerous)s, left(r.board, 1)) > 0 then '''' || r.board else r.board end,
        case when strpos(%(dangerous)s, left(r.status, 1)) > 0 then '''' || r.status else r.status end,
        %(status_types)s::jsonb ->> r.status_type,
        case when strpos(%(dangerous)s, left(r.owner, 1)) > 0 then '''' || r.owner else r.owner end,
        round(r.amount_minor / r.unit, r.digits),
        r.currency,
        %(period_words)s::jsonb ->> r.period,
        round(r.annualized_minor / r.unit, r.digits),
        r.confidence,
        round(r.expected_value_minor / r.unit, r.digits),
        r.expected_close_date,
        r.closed_on,
        to_char(r.created_at at time zone 'UTC'
            + (%(offsets)s::interval[])[1 + width_bucket(r.created_at, %(offset_starts)s::timestamptz[])],
            'YYYY-MM-DD HH24:MI:SS'),
        to_char(r.updated_at at time zone 'UTC'
            + (%(offsets)s::interval[])[1 + width_bucket(r.updated_at, %(offset_starts)s::timestamptz[])],
            'YYYY-MM-DD HH24:MI:SS')
    from (
        select r.id, nullif(r.title, '') as title, nullif(r.external_ref, '') as reference,
            nullif(coalesce(r.customer, %(erased)s), '') as customer, nullif(r.board, '') as board,
            nullif(r.status, '') as status, nullif(coalesce(r.owner, %(erased)s), '') as owner,
            r.status_type, r.amount_minor, r.currency, r.period, r.annualized_minor, r.confidence,
            r.expected_value_minor, r.expected_close_date, r.closed_on, r.created_at, r.updated_at,
            m.digits, (array[1, 10, 100, 1000, 10000]::numeric[])[m.digits + 1] as unit
        from ({rows}) as r
        cross join lateral (
            select coalesce((%(odd_digits)s::jsonb ->> r.currency)::integer, %(usual_digits)s) as digits
        ) as m
    ) as r
    order by r.created_at, r.id
) to stdout (format csv, encoding 'UTF8')
