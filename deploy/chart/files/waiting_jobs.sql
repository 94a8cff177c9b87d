-- How many imports, bulks and large deletions wait or run: what KEDA divides by a process's share.
select coalesce(sum(jobs), 0)::bigint from log.job_standings()
