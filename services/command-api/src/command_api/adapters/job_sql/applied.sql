-- The position up to which the read models know an organization.
select position from read.applied where org = $1
