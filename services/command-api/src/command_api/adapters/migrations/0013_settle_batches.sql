-- A batch of a job in one call: between taking the lane's lock and giving it back nothing is waited for but the disk.
set local role cohoi_owner;

-- Append a batch and move its job over it, both or neither; done counts the commands that went in, held_s says how
-- long the lane was kept from others. With p_some what moved meanwhile is left out, and the job moves over the rest;
-- without, one that moved takes the whole batch back (CB001). A job that is no longer this holder's, or does not
-- stand where the batch begins, takes it back too (CB002).
create function log.settle_batch(
    p_lane integer,
    c_org uuid[], c_key text[], c_hmac bytea[], c_status smallint[], c_answer bytea[],
    s_org uuid[], s_kind text[], s_id uuid[], s_version integer[],
    l_cmd integer[], l_stream integer[],
    f_cmd integer[], f_stream integer[], f_version integer[], f_type text[], f_event uuid[],
    f_occurred timestamptz[], f_bytes bytea[], f_prev bytea[], f_hash bytea[],
    t_cmd integer[], t_stream integer[], t_version integer[], t_hash bytea[], t_occurred timestamptz[],
    t_actor text[], t_board uuid[], t_status uuid[], t_state bytea[],
    e_cmd integer[], e_board uuid[], e_status uuid[],
    x_empty integer[], x_id uuid[],
    k_cmd integer[], k_id uuid[], k_subject text[], k_wrapped bytea[],
    d_cmd integer[], d_key uuid[],
    p_id uuid, p_fence bigint, p_from integer, p_done integer, p_unchanged integer, p_refused integer,
    p_tally json, p_refusals bytea, p_some boolean
) returns table (done integer, held_s double precision)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_all integer;
    v_done integer;
    v_position bigint;
    v_at timestamptz;
begin
    select count(*), count(*) filter (where a.outcome = 'done'),
           max(a.position) filter (where a.outcome = 'done'), max(a.recorded_at)
    into v_all, v_done, v_position, v_at
    from log.append(
        p_lane, c_org, c_key, c_hmac, c_status, c_answer, s_org, s_kind, s_id, s_version, l_cmd,
        l_stream, f_cmd, f_stream, f_version, f_type, f_event, f_occurred, f_bytes, f_prev, f_hash,
        t_cmd, t_stream, t_version, t_hash, t_occurred, t_actor, t_board, t_status, t_state, e_cmd,
        e_board, e_status, x_empty, x_id, k_cmd, k_id, k_subject, k_wrapped, d_cmd, d_key) as a;
    if v_done < v_all and not p_some then
        raise exception 'what the batch stands on moved' using errcode = 'CB001';
    end if;
    if v_done > 0 and not log.advance_job(
        p_id, p_fence, p_from, case when p_some then v_done else p_done end, p_unchanged, p_refused,
        v_position, p_tally, p_refusals)
    then
        raise exception 'the job is not this holder''s' using errcode = 'CB002';
    end if;
    return query select v_done, greatest(extract(epoch from clock_timestamp() - v_at)::double precision, 0);
end $$;

revoke all on function log.settle_batch from public;
grant execute on function log.settle_batch to cohoi_command;
reset role;
