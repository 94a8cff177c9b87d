-- A piece of an uploaded file, sealed.
select log.upload($1, $2, $3) as sealed
