-- Opportunities as they are now; one that is known at this version or a later one stays as it is.
insert into read.opportunities as old (
    org, id, version, board_id, status_id, status_type, owner_id, customer_id, title, title_key,
    words, external_ref, amount_minor, currency, period, annualized_minor, weighted_minor,
    confidence, confidence_source, effective_confidence, expected_close_date, closed_on,
    contact_ids, lost_reason, created_at, updated_at, status_since, deleted_at, note, note_key
)
select
    n.org, n.id, n.version, n.board_id, n.status_id, n.status_type, n.owner_id, n.customer_id,
    n.title, n.title_key, n.words, n.external_ref, n.amount_minor, n.currency, n.period,
    n.annualized_minor, n.weighted_minor, n.confidence, n.confidence_source, n.effective_confidence,
    n.expected_close_date, n.closed_on, n.contact_ids::uuid[], n.lost_reason, n.created_at,
    n.updated_at, n.status_since, n.deleted_at, n.note, n.note_key
from unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[],
    $8::uuid[], $9::text[], $10::text[], $11::tsvector[], $12::text[], $13::bigint[], $14::text[],
    $15::text[], $16::numeric[], $17::numeric[], $18::integer[], $19::text[], $20::integer[],
    $21::date[], $22::date[], $23::text[], $24::text[], $25::timestamptz[], $26::timestamptz[],
    $27::timestamptz[], $28::timestamptz[], $29::text[], $30::uuid[]
) as n (
    org, id, version, board_id, status_id, status_type, owner_id, customer_id, title, title_key,
    words, external_ref, amount_minor, currency, period, annualized_minor, weighted_minor,
    confidence, confidence_source, effective_confidence, expected_close_date, closed_on,
    contact_ids, lost_reason, created_at, updated_at, status_since, deleted_at, note, note_key
)
on conflict (org, id) do update set
    version = excluded.version, board_id = excluded.board_id, status_id = excluded.status_id,
    status_type = excluded.status_type, owner_id = excluded.owner_id,
    customer_id = excluded.customer_id, title = excluded.title, title_key = excluded.title_key,
    words = excluded.words, external_ref = excluded.external_ref,
    amount_minor = excluded.amount_minor, currency = excluded.currency, period = excluded.period,
    annualized_minor = excluded.annualized_minor, weighted_minor = excluded.weighted_minor,
    confidence = excluded.confidence, confidence_source = excluded.confidence_source,
    effective_confidence = excluded.effective_confidence,
    expected_close_date = excluded.expected_close_date, closed_on = excluded.closed_on,
    contact_ids = excluded.contact_ids, lost_reason = excluded.lost_reason,
    created_at = excluded.created_at, updated_at = excluded.updated_at,
    status_since = excluded.status_since, deleted_at = excluded.deleted_at, note = excluded.note,
    note_key = excluded.note_key
where old.version < excluded.version
