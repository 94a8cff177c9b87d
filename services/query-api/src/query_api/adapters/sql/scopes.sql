-- What the reader may see: the first condition of every query on these tables. Whoever sees less than all of its
-- organization sees what these owners own, and sums that are kept by owner.

-- name: opportunities
o.org = :org

-- name: opportunities_owned
o.org = :org and o.owner_id = any(:owners::uuid[])

-- The row that a place in an order speaks of, which the reader has to see as well.
-- name: place
a.org = :org

-- name: place_owned
a.org = :org and a.owner_id = any(:owners::uuid[])

-- name: totals
t.org = :org

-- name: owner_totals
t.org = :org

-- name: owner_totals_owned
t.org = :org and t.owner_id = any(:owners::uuid[])
