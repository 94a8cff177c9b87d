-- Statuses of the boards that a batch touches: in order, then the deleted ones.
select s.org, s.board_id, s.index, s.id, s.name, s.type, s.color, s.default_confidence, s.deleting, s.deleted_at
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.statuses s on s.org = n.org and s.board_id = n.id
order by s.org, s.board_id, s.index nulls last, s.deleted_at, s.id
