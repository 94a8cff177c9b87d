-- Of these reports: the file that the row points to, and the attempt that is at work.
select id, file, case when state = 'running' then attempt end as running
from reports.reports where id = any (%(ids)s);
