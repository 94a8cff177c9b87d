-- Let a lane take no more facts, and say why.
select log.refuse_lane($1, $2)
