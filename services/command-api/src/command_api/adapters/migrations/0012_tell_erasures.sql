-- What the keeper of report files needs to know of erasures.
set local role cohoi_owner;

-- The newest erasure of all organizations; 0 where there was none.
create function log.newest_erasure() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce((select e.ordinal from log.erasures e order by e.ordinal desc limit 1), 0)
$$;

-- Organizations in which somebody was erased lately: how many persons were so far, and when the newest.
create function log.erasure_counts(p_within interval)
returns table (org uuid, erasures bigint, erased_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.org, count(*), max(e.erased_at) from log.erasures e
    where e.org in (select n.org from log.erasures n where n.erased_at > clock_timestamp() - p_within)
    group by e.org
$$;

revoke all on function log.newest_erasure, log.erasure_counts from public;
grant usage on schema log to cohoi_report_keeper;
grant execute on function log.newest_erasure, log.erasure_counts to cohoi_report_keeper;
reset role;
