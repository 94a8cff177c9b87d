-- Opportunities that a filter selects: those among some ids, or the first so many of all.
select r.id from ({rows}) as r
where %(among)s::uuid[] is null or r.id = any (%(among)s::uuid[])
limit %(most)s
