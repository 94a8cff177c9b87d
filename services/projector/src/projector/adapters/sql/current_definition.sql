-- Which definition the current generation was made from.
select g.fingerprint from projection.current c join projection.generations g on g.number = c.number
