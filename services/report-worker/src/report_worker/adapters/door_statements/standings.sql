-- Open reports of all organizations by queue and state.
select queue, state, reports, oldest_s from reports.report_standings()
