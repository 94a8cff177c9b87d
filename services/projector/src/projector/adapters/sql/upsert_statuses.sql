-- Statuses of boards as they are now, the deleted ones included.
insert into read.statuses as old (
    org, board_id, id, "index", name, type, color, default_confidence, deleting, deleted_at
)
select
    n.org, n.board_id, n.id, n."index", n.name, n.type, n.color, n.default_confidence, n.deleting,
    n.deleted_at
from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[],
    $8::integer[], $9::boolean[], $10::timestamptz[]
) as n (
    org, board_id, id, "index", name, type, color, default_confidence, deleting, deleted_at
)
on conflict (org, board_id, id) do update set
    "index" = excluded."index", name = excluded.name, type = excluded.type, color = excluded.color,
    default_confidence = excluded.default_confidence, deleting = excluded.deleting,
    deleted_at = excluded.deleted_at
