-- The rows of a report for people: what stands in its columns, nothing else.
select r.id, r.title, r.external_ref, r.customer, r.board, r.status, r.status_type, r.owner, r.amount_minor,
    r.currency, r.period, r.annualized_minor, r.confidence, r.expected_value_minor, r.expected_close_date,
    r.closed_on, r.created_at, r.updated_at
from ({rows}) as r
order by r.created_at, r.id
