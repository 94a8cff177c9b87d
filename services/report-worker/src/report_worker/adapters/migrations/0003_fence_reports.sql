-- The second fence: whoever answers callers reaches the rows of the organization that its connection was set to, and
-- none where it was set to none (nullif: a setting that was once there and is gone reads as the empty text).
-- What works for all organizations at once, as the sweeper does, has a role of its own.
set local role cohoi_owner;
alter table reports.reports enable row level security;
alter table reports.receipts enable row level security;
create policy fence on reports.reports to cohoi_report
    using (org = nullif(current_setting('app.org', true), '')::uuid);
create policy fence on reports.receipts to cohoi_report
    using (org = nullif(current_setting('app.org', true), '')::uuid);
create policy keep on reports.reports to cohoi_report_keeper using (true);
create policy keep on reports.receipts to cohoi_report_keeper using (true);
grant usage on schema reports to cohoi_report_keeper;
grant select, update, delete on reports.reports to cohoi_report_keeper;
grant select, delete on reports.receipts to cohoi_report_keeper;
reset role;
