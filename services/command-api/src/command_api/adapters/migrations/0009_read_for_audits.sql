-- What reports of every fact need of the log, and a count of erasures that grows with the deletion of a key.
set local role cohoi_owner;

-- A row a person whose key was deleted, in the transaction that deleted it: no name, only whose and when.
-- purged_at: since when the files of the database are known to hold nothing of it any more.
create table log.erasures (
    org uuid not null,
    ordinal bigint generated always as identity primary key,
    subject text not null,
    erased_at timestamptz not null,
    purged_at timestamptz
);
create index erasures_of_organization on log.erasures (org, ordinal);
create index erasures_to_purge on log.erasures (erased_at) where purged_at is null;

create function log.note_erasure() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into log.erasures (org, subject, erased_at) values (old.org, old.subject, clock_timestamp());
    perform pg_notify('cohoi_erasures', '');
    return null;
end $$;
create trigger note_erasure after delete on vault.keys for each row
    when (old.subject like 'user/%' or old.subject like 'customer/%' or old.subject like 'contact/%')
    execute function log.note_erasure();

-- Where an organization stands, and how many persons' keys were deleted, in one snapshot.
create function log.standing(p_org uuid) returns table (head bigint, erasures bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.head, (select count(*) from log.erasures e where e.org = p_org)
    from log.organizations o where o.org = p_org
$$;

-- Facts of these opportunities up to a position, in the order of positions.
create function log.opportunity_facts(p_org uuid, p_ids uuid[], p_position bigint) returns setof log.facts
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.* from log.facts f
    where f.org = p_org and f.stream_kind = 'opportunity' and f.stream_id = any (p_ids) and f.position <= p_position
    order by f.position
$$;

revoke all on function log.note_erasure, log.standing, log.opportunity_facts from public;
grant execute on function log.standing, log.opportunity_facts, log.organization_facts, log.key_names to cohoi_report;
grant execute on function log.standing to cohoi_command;
grant usage on schema vault to cohoi_report;
grant execute on function vault.open_keys to cohoi_report;
reset role;
