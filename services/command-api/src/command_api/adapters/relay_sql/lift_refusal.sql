-- Let a lane take facts again.
select log.lift_refusal($1)
