-- Contacts of customers as they are now.
insert into read.contacts as old (
    org, customer_id, id, ordinal, name, email, phone, title, erased_at
)
select
    n.org, n.customer_id, n.id, n.ordinal, n.name, n.email, n.phone, n.title, n.erased_at
from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::timestamptz[]
) as n (
    org, customer_id, id, ordinal, name, email, phone, title, erased_at
)
on conflict (org, customer_id, id) do update set
    ordinal = excluded.ordinal, name = excluded.name, email = excluded.email,
    phone = excluded.phone, title = excluded.title, erased_at = excluded.erased_at
