-- Totals of a batch's keys in which no opportunity is left.
delete from read.totals t
using unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
    as n (org, board_id, status_id, currency)
where t.org = n.org
    and t.board_id = n.board_id
    and t.status_id = n.status_id
    and t.currency = n.currency
    and t.count = 0
