-- The jobs of one caller: whoever sees some opportunities only must not learn from other people's jobs what else there is.
set local role cohoi_owner;

create index jobs_of_actor on log.jobs (org, actor, id);

create function log.jobs_page_of(p_org uuid, p_actor text, p_before uuid, p_limit integer) returns setof log.jobs
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from log.jobs j where j.org = p_org and j.actor = p_actor and (p_before is null or j.id < p_before)
    order by j.id desc limit p_limit
$$;

revoke all on function log.jobs_page_of from public;
grant execute on function log.jobs_page_of to cohoi_command;
reset role;
