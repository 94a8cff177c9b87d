-- Somebody's own views and the shared ones, newest first; of every owner where none is given.
select * from log.views_page($1, $2, $3, $4)
