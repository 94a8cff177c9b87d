-- What the reader may see: the first condition of every query on these tables.

-- name: opportunities
o.org = :org

-- name: totals
t.org = :org

-- name: owner_totals
t.org = :org
