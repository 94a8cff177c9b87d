-- Makes the login by which KEDA asks how much work waits: two counts, which name no organization. Run it once, as the
-- owner of Cohoi's schemas, behind the first install; then give it a password.
create role cohoi_scaler login;
set role cohoi_owner;
grant usage on schema log, reports to cohoi_scaler;
grant execute on function log.job_standings, reports.report_standings to cohoi_scaler;
reset role;
