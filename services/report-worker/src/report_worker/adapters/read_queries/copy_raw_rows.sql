-- The rows of a report for programs as CSV: minor units, ids beside names, RFC 3339 instants. Sorted while they are narrow.
copy (
    select r.id, r.title, r.external_ref, r.customer_id, coalesce(r.customer, '(erased)') as customer,
        r.board_id, r.board, r.status_id, r.status, r.status_type, r.owner_id,
        coalesce(r.owner, '(erased)') as owner, r.amount_minor as amount, r.currency, r.period,
        r.annualized_minor as annualized, r.confidence, r.expected_value_minor as expected_value,
        r.expected_close_date, r.closed_on,
        to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
        to_char(r.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at
    from (select * from ({rows}) as bare order by bare.created_at, bare.id offset 0) as r
) to stdout (format csv, header true, encoding 'UTF8')
