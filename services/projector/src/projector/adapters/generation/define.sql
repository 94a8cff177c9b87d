-- One generation of the read models: everything here is a fold of the log and can be made anew.
--
-- THE definition. Whoever adds or changes a projection edits this file, and domain/tables.py beside it, and writes
-- no migration: the text's fingerprint becomes another one, and `cohoi migrate` (or `cohoi up`) makes a generation
-- of the new definition, replays the whole history into it, and flips to it.
-- Runs as cohoi_owner, in one transaction; the schema is new and empty. {schema} is its name (read_1, read_2, …).
-- Plain indexes are dropped before a bulk load and made again after it; keys stay.

-- How far each organization is applied: the position at which every read of it is true.
create table {schema}.applied (
    org uuid primary key,
    position bigint not null,
    recorded_at timestamptz not null
);

create table {schema}.organizations (
    org uuid primary key,
    version integer not null,
    name text not null,
    currency text not null,
    time_zone text not null,
    language text not null,
    visibility text not null
);

create table {schema}.teams (
    org uuid not null,
    id uuid not null,
    version integer not null,
    name text not null,
    name_key text collate "C" not null,
    primary key (org, id)
);

create table {schema}.users (
    org uuid not null,
    id uuid not null,
    version integer not null,
    name text,
    name_key text collate "C" not null,
    words tsvector not null,
    email text,
    role text not null,
    team_id uuid,
    active boolean not null,
    created_at timestamptz not null,
    erased_at timestamptz,
    primary key (org, id)
);

create table {schema}.boards (
    org uuid not null,
    id uuid not null,
    version integer not null,
    name text not null,
    created_at timestamptz not null,
    archived_at timestamptz,
    primary key (org, id)
);

-- Statuses of a board; a deleted one stays, for the opportunities that were deleted in it.
create table {schema}.statuses (
    org uuid not null,
    board_id uuid not null,
    id uuid not null,
    index integer,
    name text not null,
    type text not null,
    color text not null,
    default_confidence integer,
    deleting boolean not null,
    deleted_at timestamptz,
    primary key (org, board_id, id)
);

create table {schema}.customers (
    org uuid not null,
    id uuid not null,
    version integer not null,
    name text,
    name_key text collate "C" not null,
    words tsvector not null,
    external_ref text,
    person boolean not null,
    created_at timestamptz not null,
    archived_at timestamptz,
    erased_at timestamptz,
    primary key (org, id)
);
create index customers_by_name on {schema}.customers (org, name_key, id);
create index customers_by_words on {schema}.customers using gin (words);

create table {schema}.contacts (
    org uuid not null,
    customer_id uuid not null,
    id uuid not null,
    ordinal integer not null,
    name text,
    email text,
    phone text,
    title text,
    erased_at timestamptz,
    primary key (org, customer_id, id)
);

-- The list: one row an opportunity, deleted ones included. annualized_minor and weighted_minor
-- (amount x effective confidence, in hundredths) are null where the value is not estimated.
-- note_key is the key under which the note is sealed in its fact: a key without a note is an erased note.
create table {schema}.opportunities (
    org uuid not null,
    id uuid not null,
    version integer not null,
    board_id uuid not null,
    status_id uuid not null,
    status_type text not null,
    owner_id uuid not null,
    customer_id uuid not null,
    title text not null,
    title_key text collate "C" not null,
    words tsvector not null,
    external_ref text,
    amount_minor bigint,
    currency text not null,
    period text not null,
    annualized_minor numeric,
    weighted_minor numeric,
    confidence integer,
    confidence_source text not null,
    effective_confidence integer,
    expected_close_date date,
    closed_on date,
    contact_ids uuid[] not null,
    note text,
    note_key uuid,
    lost_reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status_since timestamptz not null,
    deleted_at timestamptz,
    primary key (org, id)
) with (fillfactor = 85);
-- Indexes are a budget: one a board for each sort that boards use, one a column for the common filters.
create index opportunities_cards_close on {schema}.opportunities
    (org, board_id, status_id, expected_close_date, id) where deleted_at is null;
create index opportunities_cards_created on {schema}.opportunities
    (org, board_id, status_id, created_at, id) where deleted_at is null;
create index opportunities_cards_value on {schema}.opportunities
    (org, board_id, status_id, currency, amount_minor, id) where deleted_at is null;
create index opportunities_cards_title on {schema}.opportunities
    (org, board_id, status_id, title_key, id) where deleted_at is null;
create index opportunities_by_close on {schema}.opportunities (org, expected_close_date, id) where deleted_at is null;
create index opportunities_by_created on {schema}.opportunities (org, created_at, id) where deleted_at is null;
create index opportunities_by_customer on {schema}.opportunities (org, customer_id);
-- Those who see their own, or their team's, look at boards owner by owner: the order is that of the cards.
create index opportunities_by_owner on {schema}.opportunities
    (org, owner_id, board_id, status_id, expected_close_date, id) where deleted_at is null;
create index opportunities_by_words on {schema}.opportunities using gin (words);

-- History as intervals on both axes: a row a version, true from from_* (inclusive) to to_* (exclusive; null: still).
create table {schema}.opportunity_versions (
    org uuid not null,
    id uuid not null,
    version integer not null,
    from_position bigint not null,
    to_position bigint,
    from_time timestamptz not null,
    to_time timestamptz,
    board_id uuid not null,
    status_id uuid not null,
    status_type text not null,
    owner_id uuid not null,
    customer_id uuid not null,
    title text not null,
    title_key text collate "C" not null,
    words tsvector not null,
    external_ref text,
    amount_minor bigint,
    currency text not null,
    period text not null,
    annualized_minor numeric,
    weighted_minor numeric,
    confidence integer,
    confidence_source text not null,
    effective_confidence integer,
    expected_close_date date,
    closed_on date,
    contact_ids uuid[] not null,
    lost_reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status_since timestamptz not null,
    deleted_at timestamptz,
    primary key (org, id, version)
);
-- One an axis, a board and a status at a time: so a view of the past reads what its columns held, and totals of a board
-- the versions of that board. What asks for all of an organization reads all of its versions in any case.
create index opportunity_versions_by_position on {schema}.opportunity_versions
    (org, board_id, status_id, from_position, to_position);
create index opportunity_versions_by_time on {schema}.opportunity_versions
    (org, board_id, status_id, from_time, to_time);

-- An organization is its own stream: id is org.
create table {schema}.organization_versions (
    org uuid not null,
    id uuid not null,
    version integer not null,
    from_position bigint not null,
    to_position bigint,
    from_time timestamptz not null,
    to_time timestamptz,
    name text not null,
    currency text not null,
    time_zone text not null,
    language text not null,
    visibility text not null,
    primary key (org, id, version)
);
-- Words of the name and of the reference stand apart: erasing blanks those of the name alone. contacts:
-- [{"id","name","email","phone","title"}] in order.
create table {schema}.customer_versions (
    org uuid not null,
    id uuid not null,
    version integer not null,
    from_position bigint not null,
    to_position bigint,
    from_time timestamptz not null,
    to_time timestamptz,
    name text,
    name_key text collate "C" not null,
    words tsvector not null,
    reference_words tsvector not null,
    external_ref text,
    person boolean not null,
    created_at timestamptz not null,
    archived_at timestamptz,
    erased_at timestamptz,
    contacts jsonb not null,
    primary key (org, id, version)
);
create table {schema}.user_versions (
    org uuid not null,
    id uuid not null,
    version integer not null,
    from_position bigint not null,
    to_position bigint,
    from_time timestamptz not null,
    to_time timestamptz,
    name text,
    name_key text collate "C" not null,
    role text not null,
    team_id uuid,
    active boolean not null,
    erased_at timestamptz,
    primary key (org, id, version)
);
-- statuses: [{"id","name","type","color","default_confidence","deleting"}] in order; gone: the same of deleted
-- ones, with "deleted_at".
create table {schema}.board_versions (
    org uuid not null,
    id uuid not null,
    version integer not null,
    from_position bigint not null,
    to_position bigint,
    from_time timestamptz not null,
    to_time timestamptz,
    name text not null,
    created_at timestamptz not null,
    archived_at timestamptz,
    statuses jsonb not null,
    gone jsonb not null,
    primary key (org, id, version)
);

-- Totals of live opportunities: counts, sums of value and of value x effective confidence (hundredths), a period each.
create table {schema}.totals (
    org uuid not null,
    board_id uuid not null,
    status_id uuid not null,
    currency text not null,
    count bigint not null,
    not_estimated bigint not null,
    value_one_time numeric not null,
    value_monthly numeric not null,
    value_annual numeric not null,
    weighted_one_time numeric not null,
    weighted_monthly numeric not null,
    weighted_annual numeric not null,
    primary key (org, board_id, status_id, currency)
);
create table {schema}.owner_totals (
    org uuid not null,
    board_id uuid not null,
    status_id uuid not null,
    currency text not null,
    owner_id uuid not null,
    count bigint not null,
    not_estimated bigint not null,
    value_one_time numeric not null,
    value_monthly numeric not null,
    value_annual numeric not null,
    weighted_one_time numeric not null,
    weighted_monthly numeric not null,
    weighted_annual numeric not null,
    primary key (org, board_id, status_id, currency, owner_id)
);

-- How many persons of an organization were erased: printed in report files (same position, same count, same bytes).
create table {schema}.erasures (
    org uuid primary key,
    count bigint not null
);

grant usage on schema {schema} to cohoi_projector, cohoi_query, cohoi_command, cohoi_report;
grant select, insert, update, delete on all tables in schema {schema} to cohoi_projector;
grant select on all tables in schema {schema} to cohoi_query, cohoi_command, cohoi_report;

-- The second fence. Row level security shows a role that does not own these tables the rows of the organization that
-- its connection was set to, and none where it was set to none (nullif: a setting that was once there and is gone reads
-- as the empty text). Every table gets it, also one that is added above. Whoever folds owns them and is not fenced.
grant create on schema {schema} to cohoi_projector;
do $fence$
declare
    made text;
begin
    for made in
        select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = '{schema}' and c.relkind in ('r', 'p') and not c.relispartition
    loop
        execute format('alter table %s enable row level security', made);
        execute format('create policy fence on %s to cohoi_query, cohoi_command, cohoi_report '
            'using (org = nullif(current_setting(''app.org'', true), '''')::uuid)', made);
        execute format('alter table %s owner to cohoi_projector', made);
    end loop;
end $fence$;

-- Behind a policy an index of words is of no use: `@@` could tell of a row before the policy has looked at it. So
-- searches ask these views, which read the tables unfenced and put up the same fence themselves.
create view {schema}.searched_opportunities as
    select * from {schema}.opportunities where org = nullif(current_setting('app.org', true), '')::uuid;
create view {schema}.searched_customers as
    select * from {schema}.customers where org = nullif(current_setting('app.org', true), '')::uuid;
grant select on {schema}.searched_opportunities, {schema}.searched_customers
    to cohoi_query, cohoi_command, cohoi_report;

-- How far organizations are applied, for whoever waits for several at once: positions, no rows.
create function {schema}.applied_positions(p_org uuid[]) returns table (org uuid, "position" bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.org, a.position from {schema}.applied a where a.org = any (p_org)
$$;
revoke all on function {schema}.applied_positions from public;
grant execute on function {schema}.applied_positions to cohoi_query;
