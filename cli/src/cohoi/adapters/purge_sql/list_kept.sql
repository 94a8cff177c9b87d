-- Generations of the read models that nobody reads and nobody builds.
select g.number from projection.generations g
where g.state in ('kept', 'gone') and not exists (select from projection.current c where c.number = g.number)
order by g.number
