-- Totals by owner of a batch's keys in which no opportunity is left.
delete from read.owner_totals t
using unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[])
    as n (org, board_id, status_id, currency, owner_id)
where t.org = n.org
    and t.board_id = n.board_id
    and t.status_id = n.status_id
    and t.currency = n.currency
    and t.owner_id = n.owner_id
    and t.count = 0
