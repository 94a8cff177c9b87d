-- How many persons' keys were deleted in the log when an attempt began: a file of an older count may name somebody
-- who was erased since, and is not given out any more.
set local role cohoi_owner;
alter table reports.reports add column log_erasures bigint not null default 0;
grant delete on reports.receipts to cohoi_report_keeper;
reset role;
