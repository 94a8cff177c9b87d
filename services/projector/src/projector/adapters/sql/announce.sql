-- Wake the readers that wait for organizations, which the payload lists with commas between.
select pg_notify('cohoi_applied', $1)
