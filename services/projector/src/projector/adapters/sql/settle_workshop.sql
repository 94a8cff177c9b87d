-- Room for building indexes at once; and what is lost in a crash is built anew anyhow.
select set_config('maintenance_work_mem', '256MB', false), set_config('synchronous_commit', 'off', false)
