-- How far the building of a generation is.
update projection.generations set phase = $2, done = $3, total = $4 where number = $1
