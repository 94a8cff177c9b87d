-- Room for building indexes at once, and patience with whoever still reads the tables.
select set_config('maintenance_work_mem', '256MB', true), set_config('lock_timeout', '60s', true)
