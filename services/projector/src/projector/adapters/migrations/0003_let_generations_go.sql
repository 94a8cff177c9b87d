-- Generations that are done with: marked in the moment, dropped as soon as nobody reads them any more.
alter table projection.generations add column phase text not null default 'loading';
alter table projection.generations drop constraint generations_state_check;
alter table projection.generations add constraint generations_state_check
    check (state in ('building', 'current', 'kept', 'gone'));

-- Drop whatever is gone and not read by anybody at this moment; return how many are left for another time.
--
-- Whoever reads more than one statement of a generation begins with its table `applied`, so that is locked first and
-- without waiting: a long report is never queued behind us. The other tables may be in the hand of single statements;
-- for these we wait less long than PostgreSQL looks for deadlocks, so that it is always we who step back.
create function projection.drop_gone() returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    gone integer;
    remaining integer := 0;
begin
    perform set_config('lock_timeout', '200ms', true);
    for gone in select g.number from projection.generations g where g.state = 'gone' order by g.number loop
        begin
            if to_regclass(format('read_%s.applied', gone)) is not null then
                execute format('lock table read_%s.applied in access exclusive mode nowait', gone);
            end if;
            execute format('drop schema if exists read_%s cascade', gone);
            delete from projection.generations g where g.number = gone;
        exception when lock_not_available or deadlock_detected then
            remaining := remaining + 1;
        end;
    end loop;
    return remaining;
end
$$;

-- Give up the generation that is kept to roll back to: nobody folds facts into it, and what they erase must not stay.
create function projection.give_up_kept() returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update projection.current set previous = null where previous is not null;
    update projection.generations set state = 'gone' where state = 'kept';
$$;

revoke execute on function projection.drop_gone(), projection.give_up_kept() from public;
grant execute on function projection.drop_gone(), projection.give_up_kept() to cohoi_projector;
