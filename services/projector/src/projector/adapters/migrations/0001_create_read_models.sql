-- The read models: everything here is a fold of the log and can be dropped and rebuilt.
create schema read authorization cohoi_owner;
set local role cohoi_owner;

-- How far each lane is applied, and by whom; moved in the same transaction as what it applied.
-- owner_epoch grows with every change of owner, so that one who was away too long cannot write any more.
-- A fact that cannot be folded stops its lane: stopped_* name it until it goes through.
create table read.checkpoints (
    lane integer primary key,
    lane_position bigint not null default 0,
    owner_epoch bigint not null default 0,
    owner text,
    lease_until timestamptz,
    stopped_at timestamptz,
    stopped_position bigint,
    stopped_event uuid,
    stopped_reason text
);

-- How far each organization is applied: the position at which every read of it is true.
create table read.applied (
    org uuid primary key,
    position bigint not null,
    recorded_at timestamptz not null
);

create table read.organizations (
    org uuid primary key,
    version integer not null,
    name text not null,
    currency text not null,
    time_zone text not null,
    language text not null,
    visibility text not null
);

create table read.teams (
    org uuid not null,
    id uuid not null,
    version integer not null,
    name text not null,
    name_key text collate "C" not null,
    primary key (org, id)
);

create table read.users (
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

create table read.boards (
    org uuid not null,
    id uuid not null,
    version integer not null,
    name text not null,
    created_at timestamptz not null,
    archived_at timestamptz,
    primary key (org, id)
);

-- Statuses of a board; a deleted one stays, for the opportunities that were deleted in it.
create table read.statuses (
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

create table read.customers (
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
create index customers_by_name on read.customers (org, name_key, id);
create index customers_by_words on read.customers using gin (words);

create table read.contacts (
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
create table read.opportunities (
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
create index opportunities_cards_close on read.opportunities
    (org, board_id, status_id, expected_close_date, id) where deleted_at is null;
create index opportunities_cards_created on read.opportunities
    (org, board_id, status_id, created_at, id) where deleted_at is null;
create index opportunities_cards_value on read.opportunities
    (org, board_id, status_id, currency, amount_minor, id) where deleted_at is null;
create index opportunities_cards_title on read.opportunities
    (org, board_id, status_id, title_key, id) where deleted_at is null;
create index opportunities_by_close on read.opportunities (org, expected_close_date, id) where deleted_at is null;
create index opportunities_by_created on read.opportunities (org, created_at, id) where deleted_at is null;
create index opportunities_by_customer on read.opportunities (org, customer_id);
create index opportunities_by_owner on read.opportunities (org, owner_id) where deleted_at is null;
create index opportunities_by_words on read.opportunities using gin (words);

-- History as intervals on both axes: a row a version, true from from_* (inclusive) to to_* (exclusive; null: still).
create table read.opportunity_versions (
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
create index opportunity_versions_by_position on read.opportunity_versions (org, from_position, to_position);
create index opportunity_versions_by_time on read.opportunity_versions (org, from_time, to_time);

create table read.customer_versions (
    org uuid not null,
    id uuid not null,
    version integer not null,
    from_position bigint not null,
    to_position bigint,
    from_time timestamptz not null,
    to_time timestamptz,
    name text,
    name_key text collate "C" not null,
    external_ref text,
    person boolean not null,
    archived_at timestamptz,
    erased_at timestamptz,
    primary key (org, id, version)
);
create table read.user_versions (
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
-- statuses: [{"id","name","type","color","default_confidence","deleting"}] in order.
create table read.board_versions (
    org uuid not null,
    id uuid not null,
    version integer not null,
    from_position bigint not null,
    to_position bigint,
    from_time timestamptz not null,
    to_time timestamptz,
    name text not null,
    archived_at timestamptz,
    statuses jsonb not null,
    primary key (org, id, version)
);

-- Totals of live opportunities: counts, sums of value and of value x effective confidence (hundredths), a period each.
create table read.totals (
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
create table read.owner_totals (
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
create table read.erasures (
    org uuid primary key,
    count bigint not null
);

grant usage on schema read to cohoi_projector, cohoi_query, cohoi_command, cohoi_report;
grant select, insert, update, delete, truncate on all tables in schema read to cohoi_projector;
grant select on all tables in schema read to cohoi_query, cohoi_command, cohoi_report;
reset role;
