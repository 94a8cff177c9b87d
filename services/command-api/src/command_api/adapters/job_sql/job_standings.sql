-- Open jobs of all organizations by kind and state.
select kind, state, jobs, oldest_s from log.job_standings()
