-- Tells every process that remembers callers when one of them changed: a user, its team, its organization, a key.
set local role cohoi_owner;

create function log.announce_callers() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_notify('cohoi_callers', new.org::text);
    return null;
end $$;

-- The condition is looked at before anything is queued, so that opportunities pay next to nothing.
create trigger callers_are_announced after insert or update on log.streams
    for each row when (new.kind in ('user', 'team', 'organization')) execute function log.announce_callers();
create trigger keys_are_announced after insert or update on log.api_keys
    for each row execute function log.announce_callers();
reset role;
