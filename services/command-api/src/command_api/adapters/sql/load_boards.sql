-- The boards of an organization, oldest first.
select id from log.load_boards($1)
