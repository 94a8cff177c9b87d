-- Every stream of a kind with its decision state, oldest first.
select id, state from log.load_states($1, $2, $3)
