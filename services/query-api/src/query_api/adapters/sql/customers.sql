-- Customers as JSON, with their contacts in order.

-- name: table
read.customers o
-- name: searched_table
read.searched_customers o
-- name: scope
o.org = :org
-- name: columns
o.org, o.id, o.version, o.name, o.external_ref, o.person, o.archived_at
-- name: names

-- One word of a search: the start of a word of the name.
-- name: word
o.words @@ :word::text::tsquery

-- name: item
json_build_object(
    'id', p.id, 'version', p.version, 'name', p.name, 'external_ref', p.external_ref, 'person', p.person,
    'archived_at', to_char(p.archived_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'contacts', coalesce((
        select json_agg(json_build_object(
            'id', k.id, 'name', k.name, 'email', k.email, 'phone', k.phone, 'title', k.title,
            'erased_at', to_char(k.erased_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by k.ordinal, k.id)
        from read.contacts k where k.org = p.org and k.customer_id = p.id), '[]'))

-- name: name.keys
case when o.name is not null then o.name_key end as key_1
-- name: name.filled
o.name is not null
-- name: name.empty
o.name is null
-- name: name.asc
o.name_key, o.id
-- name: name.desc
o.name_key desc, o.id
-- name: name.behind_asc
(o.name_key, o.id) > ({key_1}, :after_id::uuid)
-- name: name.behind_desc
o.name_key <= {key_1} and (o.name_key < {key_1} or o.id > :after_id::uuid)
-- name: name.empty_asc
o.name_key, o.id
-- name: name.empty_desc
o.name_key, o.id
-- name: name.behind_empty_asc
o.id > :after_id::uuid
-- name: name.behind_empty_desc
o.id > :after_id::uuid
-- name: name.whole_key
coalesce((select a.name_key from read.customers a
    where a.org = :org and a.id = :after_id::uuid and starts_with(a.name_key, :key_1::text)), :key_1::text)

-- name: created.keys
o.created_at as key_1
-- name: created.filled
true
-- name: created.asc
o.created_at, o.id
-- name: created.desc
o.created_at desc, o.id
-- name: created.behind_asc
(o.created_at, o.id) > (:key_1::timestamptz, :after_id::uuid)
-- name: created.behind_desc
o.created_at <= :key_1::timestamptz and (o.created_at < :key_1::timestamptz or o.id > :after_id::uuid)
