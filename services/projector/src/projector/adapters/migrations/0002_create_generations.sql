-- Read models in generations: which there are, which is current, and how far each is applied. The tables themselves
-- stand in schemas read_1, read_2, …, made from generation/define.sql. What 0001 made is a fold and is made anew.
drop schema read cascade;
create schema projection;

-- One row a generation, whose schema is read_<number>; done and total are the facts of its rebuild.
create table projection.generations (
    number integer generated always as identity primary key,
    fingerprint text not null,
    state text not null default 'building' check (state in ('building', 'current', 'kept')),
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    done bigint not null default 0,
    total bigint not null default 0
);

-- THE row: whoever reads asks of this generation; moving it is the flip. `previous` is kept to roll back to.
create table projection.current (
    one boolean primary key default true check (one),
    number integer not null references projection.generations,
    previous integer references projection.generations
);

-- How far each lane is applied in a generation, and by whom; moved in the same transaction as what it applied.
-- owner_epoch grows with every change of owner, so that one who was away too long cannot write any more.
-- A fact that cannot be folded stops its lane: stopped_* name it until it goes through.
create table projection.checkpoints (
    generation integer not null references projection.generations on delete cascade,
    lane integer not null,
    lane_position bigint not null default 0,
    owner_epoch bigint not null default 0,
    owner text,
    lease_until timestamptz,
    stopped_at timestamptz,
    stopped_position bigint,
    stopped_event uuid,
    stopped_reason text,
    primary key (generation, lane)
);

grant usage on schema projection to cohoi_projector, cohoi_query, cohoi_command, cohoi_report;
grant select on all tables in schema projection to cohoi_projector, cohoi_query, cohoi_command, cohoi_report;
grant insert, update on projection.checkpoints to cohoi_projector;
