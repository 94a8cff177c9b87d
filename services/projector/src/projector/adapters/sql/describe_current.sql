-- The current generation and the kept one, each with the fingerprint of its definition.
select c.number, g.fingerprint, c.previous, k.fingerprint as previous_fingerprint
from projection.current c
join projection.generations g on g.number = c.number
left join projection.generations k on k.number = c.previous
