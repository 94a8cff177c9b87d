-- Work that waits: a job, two quick reports of which one is under way, a large one, and one that is done.
insert into log.jobs (id, org, kind, state, options, actor, role, causation_id, correlation_id, position, created_at,
                      expires_at)
values (gen_random_uuid(), gen_random_uuid(), 'import', 'queued', '{}', 'service:test', 'admin', gen_random_uuid(),
        gen_random_uuid(), 0, now(), now());
insert into reports.reports (id, org, ordered_by, kind, format, filters, criteria, position, clock, time_zone,
                             language, expected_rows, queue, state, erasures, file)
select gen_random_uuid(), gen_random_uuid(), 'user:test', 'opportunities', 'csv', '{}', '{}', 0, now(), 'UTC', 'en',
       0, queue, state, 0, case when state = 'done' then 'file' end
from (values ('reports.fast', 'queued'), ('reports.fast', 'running'), ('reports.slow', 'queued'),
             ('reports.slow', 'done')) as waiting (queue, state);
