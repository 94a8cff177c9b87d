-- Reports: the row is the truth about each; what is in Redis can be lost and is made again from here.
create schema reports authorization cohoi_owner;
set local role cohoi_owner;

create table reports.reports (
    id uuid primary key,
    org uuid not null,
    ordered_by text not null,
    -- what was asked for, pinned when it was ordered
    kind text not null,
    format text not null,
    filters jsonb not null,
    criteria jsonb not null,
    position bigint not null,
    clock timestamptz not null,
    time_zone text not null,
    language text not null,
    expected_rows bigint not null,
    queue text not null,
    -- the work: attempt is the fencing token of the present (or next) try
    state text not null default 'queued'
        check (state in ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
    attempt integer not null default 1,
    not_before timestamptz,
    enqueued_at timestamptz,
    heartbeat_at timestamptz,
    progress real not null default 0 check (progress between 0 and 1),
    rows bigint not null default 0,
    -- what became of it
    erasures bigint not null,
    bytes bigint,
    sha256 text,
    file text,
    error text,
    created_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    expires_at timestamptz,
    check ((state = 'done') = (file is not null)),
    check ((state = 'failed') = (error is not null))
);
create index reports_of_organization on reports.reports (org, id);
create index reports_of_caller on reports.reports (org, ordered_by, id);
create index reports_open on reports.reports (state, id) where state in ('queued', 'running');
create index reports_to_expire on reports.reports (expires_at) where expires_at is not null;

-- Accepted commands under an Idempotency-Key: the same again gets the same answer, for thirty days.
create table reports.receipts (
    org uuid not null,
    key text not null,
    request_hash bytea not null check (length(request_hash) = 32),
    status smallint not null,
    answer bytea not null,
    position bigint not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (org, key)
);
create index receipts_by_age on reports.receipts (created_at);

grant usage on schema reports to cohoi_report;
grant select, insert, update, delete on all tables in schema reports to cohoi_report;
reset role;
