-- A generation is built.
update projection.generations set state = 'current', finished_at = clock_timestamp(), done = $2, total = $2
where number = $1
