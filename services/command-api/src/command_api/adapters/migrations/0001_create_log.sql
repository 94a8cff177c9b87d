-- The log: facts that cannot be altered, the decision state beside them, receipts, and the vault of keys.
-- Everything here belongs to cohoi_owner; services reach it through functions only (0002, 0003).
create schema log authorization cohoi_owner;
create schema vault authorization cohoi_owner;
set local role cohoi_owner;

-- A lane is a totally ordered, gapless sequence of facts; its row is the head, changed under the lane's lock.
create table log.lanes (
    lane integer primary key check (lane >= 0),
    head bigint not null default 0,
    recorded_at timestamptz not null default '1970-01-01T00:00:00Z',
    epoch integer not null default 1
);
insert into log.lanes (lane) values (0);

-- An organization lives in one lane for ever; head is the number of its own facts.
create table log.organizations (
    org uuid primary key,
    lane integer not null references log.lanes,
    head bigint not null default 0
);

-- A fact is its canonical bytes; the columns beside them are for finding, and verify compares them.
create table log.facts (
    lane integer not null,
    lane_position bigint not null,
    org uuid not null,
    position bigint not null,
    stream_kind text not null,
    stream_id uuid not null,
    version integer not null,
    event_id uuid not null,
    type text not null,
    recorded_at timestamptz not null,
    occurred_at timestamptz not null,
    bytes bytea not null,
    prev_hash bytea not null check (length(prev_hash) = 32),
    hash bytea not null check (length(hash) = 32),
    primary key (lane, lane_position),
    unique (org, position),
    unique (org, stream_kind, stream_id, version),
    check (occurred_at <= recorded_at)
);

create function log.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'facts are for ever: % on log.facts is refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger facts_are_for_ever before update or delete on log.facts
    for each row execute function log.refuse_change();
create trigger facts_are_never_truncated before truncate on log.facts
    for each statement execute function log.refuse_change();

-- Decision state: one row a stream, so that a decision reads one row and not a history.
-- board_id and status_id are set exactly while a live opportunity stands there: emptiness is asked of their index.
create table log.streams (
    org uuid not null,
    kind text not null,
    id uuid not null,
    version integer not null,
    hash bytea not null,
    created_at timestamptz not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    last_actor text not null,
    board_id uuid,
    status_id uuid,
    state bytea not null,
    primary key (org, kind, id)
) with (fillfactor = 80);
create index streams_live on log.streams (org, board_id, status_id) where status_id is not null;

-- Receipts in two generations, so that dropping thirty days of them is one TRUNCATE.
create table log.receipts (
    generation smallint not null,
    org uuid not null,
    key text not null,
    request_hmac bytea not null,
    status smallint not null,
    answer bytea not null,
    position bigint not null,
    created_at timestamptz not null,
    primary key (generation, org, key)
) partition by list (generation);
create table log.receipts_0 partition of log.receipts for values in (0);
create table log.receipts_1 partition of log.receipts for values in (1);
create table log.receipt_generation (
    only_row boolean primary key default true check (only_row),
    generation smallint not null,
    since timestamptz not null
);
insert into log.receipt_generation (generation, since) values (0, clock_timestamp());

-- Keys of API callers: only the hash of the secret is kept.
create table log.api_keys (
    key_id text primary key,
    key_uuid uuid not null unique,
    org uuid not null references log.organizations,
    name text not null,
    role text not null,
    operator boolean not null default false,
    hash bytea not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);
create index api_keys_by_org on log.api_keys (org);

-- The vault: a key per person, wrapped by a master key that is not in this database. A schema of its own,
-- so that a backup of the log can leave it out. Erasing a person is deleting its row.
create table vault.keys (
    key_id uuid primary key,
    org uuid not null,
    subject text not null,
    wrapped bytea not null,
    created_at timestamptz not null,
    unique (org, subject)
);
reset role;
