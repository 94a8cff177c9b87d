-- Users as JSON: people to choose an owner from.

-- name: table
read.users o
-- name: scope
o.org = :org
-- name: columns
o.org, o.id, o.version, o.name, o.email, o.role, o.team_id, o.active
-- name: names

-- One word of a search: the start of a word of the name.
-- name: word
o.words @@ :word::text::tsquery

-- name: item
json_build_object('id', p.id, 'version', p.version, 'name', p.name, 'email', p.email, 'role', p.role,
    'team_id', p.team_id, 'active', p.active)

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
o.id
-- name: name.empty_desc
o.id
-- name: name.behind_empty_asc
o.id > :after_id::uuid
-- name: name.behind_empty_desc
o.id > :after_id::uuid
-- name: name.whole_key
coalesce((select a.name_key from read.users a
    where a.org = :org and a.id = :after_id::uuid and starts_with(a.name_key, :key_1::text)), :key_1::text)
