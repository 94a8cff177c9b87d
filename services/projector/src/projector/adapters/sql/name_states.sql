-- What each generation is after a flip: current, kept, or gone.
update projection.generations g
set state = case g.number when c.number then 'current' when c.previous then 'kept' else 'gone' end,
    finished_at = case g.number when c.number then clock_timestamp() else g.finished_at end,
    phase = 'done'
from projection.current c
where g.state in ('current', 'kept') or g.number = c.number
