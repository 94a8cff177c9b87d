-- Note that views name somebody who is about to be erased.
select log.mark_views($1, $2, $3, $4)
