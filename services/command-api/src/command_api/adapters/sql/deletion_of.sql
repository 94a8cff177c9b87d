-- The job of a status's deletion.
select log.deletion_of($1, $2) as id
