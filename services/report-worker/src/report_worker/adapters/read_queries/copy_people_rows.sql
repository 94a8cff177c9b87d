-- The rows of a report for people as CSV, rendered where they are: text that a spreadsheet might run behind an
-- apostrophe, money in whole units, words of a language, wall clocks of a zone
-- by its offsets: no other time zone data than ours decides. The heading is not among them. Rows are sorted before
-- they are rendered, while they are narrow, and money is multiplied: a unit's scale is the currency's digits.
copy (
    select r.id,
        case when ascii(r.title) = any(%(dangerous)s) then '''' || r.title else r.title end,
        case when ascii(r.reference) = any(%(dangerous)s) then '''' || r.reference else r.reference end,
        case when ascii(r.customer) = any(%(dangerous)s) then '''' || r.customer else r.customer end,
        case when ascii(r.board) = any(%(dangerous)s) then '''' || r.board else r.board end,
        case when ascii(r.status) = any(%(dangerous)s) then '''' || r.status else r.status end,
        %(status_types)s::jsonb ->> r.status_type,
        case when ascii(r.owner) = any(%(dangerous)s) then '''' || r.owner else r.owner end,
        r.amount_minor * r.unit,
        r.currency,
        %(period_words)s::jsonb ->> r.period,
        r.annualized_minor * r.unit,
        r.confidence,
        r.expected_value_minor * r.unit,
        r.expected_close_date,
        r.closed_on,
        date_trunc('second', r.created_at at time zone 'UTC'
            + (%(offsets)s::interval[])[1 + width_bucket(r.created_at, %(offset_starts)s::timestamptz[])]),
        date_trunc('second', r.updated_at at time zone 'UTC'
            + (%(offsets)s::interval[])[1 + width_bucket(r.updated_at, %(offset_starts)s::timestamptz[])])
    from (
        select r.id, nullif(r.title, '') as title, nullif(r.external_ref, '') as reference,
            nullif(coalesce(r.customer, %(erased)s), '') as customer, nullif(r.board, '') as board,
            nullif(r.status, '') as status, nullif(coalesce(r.owner, %(erased)s), '') as owner,
            r.status_type, r.amount_minor, r.currency, r.period, r.annualized_minor, r.confidence,
            r.expected_value_minor, r.expected_close_date, r.closed_on, r.created_at, r.updated_at,
            (array[1, 0.1, 0.01, 0.001, 0.0001]::numeric[])[m.digits + 1] as unit
        from (select * from ({rows}) as bare order by bare.created_at, bare.id offset 0) as r
        cross join lateral (
            select coalesce((%(odd_digits)s::jsonb ->> r.currency)::integer, %(usual_digits)s) as digits
        ) as m
    ) as r
) to stdout (format csv, encoding 'UTF8')
