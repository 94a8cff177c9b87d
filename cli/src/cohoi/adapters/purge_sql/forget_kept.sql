-- Forget a generation whose schema is gone.
delete from projection.generations where number = %s
