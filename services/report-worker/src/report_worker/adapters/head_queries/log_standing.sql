-- Where an organization stands in the log, and how many persons' keys were deleted.
select head, erasures from log.standing(%(org)s)
