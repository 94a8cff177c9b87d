-- Teams as JSON.

-- name: table
read.teams o
-- name: scope
o.org = :org
-- name: columns
o.org, o.id, o.version, o.name
-- name: names

-- name: item
json_build_object('id', p.id, 'version', p.version, 'name', p.name)

-- name: name.keys
o.name_key as key_1
-- name: name.filled
true
-- name: name.asc
o.name_key, o.id
-- name: name.desc
o.name_key desc, o.id
-- name: name.behind_asc
(o.name_key, o.id) > ({key_1}, :after_id::uuid)
-- name: name.behind_desc
o.name_key <= {key_1} and (o.name_key < {key_1} or o.id > :after_id::uuid)
-- name: name.whole_key
coalesce((select a.name_key from read.teams a
    where a.org = :org and a.id = :after_id::uuid and starts_with(a.name_key, :key_1::text)), :key_1::text)
