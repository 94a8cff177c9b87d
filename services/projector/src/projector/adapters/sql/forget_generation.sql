-- A generation is gone, and its checkpoints with it.
delete from projection.generations where number = $1
