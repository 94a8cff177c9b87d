-- Keep a piece of a file whose job is about to be made.
select log.add_upload($1, $2, $3)
