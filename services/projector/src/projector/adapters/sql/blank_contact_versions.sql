-- Erased contacts leave nothing in the older versions of their customers but that they were there.
update read.customer_versions v set contacts = (
    select jsonb_agg(case when (c.item ->> 'id')::uuid = any (n.contacts)
        then c.item || '{"name": null, "email": null, "phone": null, "title": null}' else c.item end order by c.number)
    from jsonb_array_elements(v.contacts) with ordinality as c (item, number))
from (
    select e.org, e.id, array_agg(e.contact) as contacts
    from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as e (org, id, contact) group by e.org, e.id
) as n
where v.org = n.org and v.id = n.id and v.contacts <> '[]'
