-- Room for building indexes at once.
select set_config('maintenance_work_mem', '256MB', true)
