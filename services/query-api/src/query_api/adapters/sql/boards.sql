-- Boards as JSON, with their live statuses in order; the oldest board first.

-- name: table
read.boards o
-- name: scope
o.org = :org
-- name: columns
o.org, o.id, o.version, o.name, o.archived_at
-- name: names

-- name: item
json_build_object(
    'id', p.id, 'version', p.version, 'name', p.name,
    'archived_at', to_char(p.archived_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'statuses', coalesce((
        select json_agg(json_build_object(
            'id', s.id, 'name', s.name, 'type', s.type, 'color', s.color,
            'default_confidence', s.default_confidence, 'deleting', s.deleting) order by s.index, s.id)
        from read.statuses s where s.org = p.org and s.board_id = p.id and s.deleted_at is null), '[]'))

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
