-- How many persons' keys of an organization were deleted.
select erasures from log.standing($1);
