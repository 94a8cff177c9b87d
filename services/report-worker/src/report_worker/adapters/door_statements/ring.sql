-- Tell the scheduler that there is something to do, once this transaction is committed.
select pg_notify('cohoi_reports', '');
