-- One view with the wrapped key of its words.
select * from log.view($1, $2)
