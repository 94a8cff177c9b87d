-- Opportunities that a batch touches, as they are stored.
select o.org, o.id, o.version, o.board_id, o.status_id, o.status_type, o.owner_id, o.customer_id, o.title,
    o.external_ref, o.amount_minor, o.currency, o.period, o.confidence, o.confidence_source,
    o.expected_close_date, o.closed_on, o.contact_ids, o.lost_reason, o.created_at, o.updated_at,
    o.status_since, o.deleted_at, o.note, o.note_key
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.opportunities o on o.org = n.org and o.id = n.id
