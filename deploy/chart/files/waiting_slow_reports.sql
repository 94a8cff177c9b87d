-- How many large reports wait or are being made: what KEDA divides by a worker's share.
select coalesce(sum(reports), 0)::bigint from reports.report_standings() where queue = 'reports.slow'
