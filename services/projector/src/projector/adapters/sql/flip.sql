-- THE flip: from the commit on every reader asks this generation.
insert into projection.current as old (number) values ($1)
on conflict (one) do update set number = excluded.number, previous = null
