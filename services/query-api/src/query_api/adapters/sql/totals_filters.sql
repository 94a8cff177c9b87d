-- What a filter demands of kept totals t of a status s; only what totals are kept by stands here.

-- name: live
true

-- name: board
t.board_id = any(:board::uuid[])

-- name: status
t.status_id = any(:status::uuid[])

-- name: type
s.type = any(:type::text[])

-- name: owner
t.owner_id = any(:owner::uuid[])

-- name: team
t.owner_id = any(array(
    select m.id from read.users m where m.org = :org and m.team_id = any(:team::uuid[])
))

-- name: currency
t.currency = any(:currency::text[])
