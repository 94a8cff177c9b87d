-- THE flip: from the commit on every reader asks this generation, and the one before is kept.
insert into projection.current as old (number) values ($1)
on conflict (one) do update set number = excluded.number, previous = old.number
