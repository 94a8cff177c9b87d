-- What is known now of a caller, and besides what it takes to say which opportunities it sees.
set local role cohoi_owner;

-- A user that calls: role, team, whether active, language, the organization's visibility, and the users of its
-- team where it may see no more than theirs. No row where there is no such user. Plans are pinned as those of
-- other readers are: planned on empty tables, the scan of one organization's users would read every stream.
create function log.known_user(p_org uuid, p_user uuid)
returns table (role text, team_id uuid, active boolean, language text, visibility text, teammates uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    select u.state ->> 'role', (u.state ->> 'team_id')::uuid, (u.state ->> 'active')::boolean,
           o.state ->> 'language', coalesce(o.state ->> 'visibility', 'all'),
           case when u.state ->> 'team_id' is not null and u.state ->> 'role' in ('rep', 'manager')
                    and o.state ->> 'visibility' <> 'all' and not (
                        u.state ->> 'role' = 'rep' and o.state ->> 'visibility' = 'own')
               then array(
                   select t.id from log.streams t
                   where t.org = p_org and t.kind = 'user'
                       and convert_from(t.state, 'UTF8')::jsonb ->> 'team_id' = u.state ->> 'team_id')
               else '{}' end
    from (select convert_from(t.state, 'UTF8')::jsonb as state from log.streams t
          where t.org = p_org and t.kind = 'user' and t.id = p_user) as u,
         (select convert_from(t.state, 'UTF8')::jsonb as state from log.streams t
          where t.org = p_org and t.kind = 'organization' and t.id = p_org) as o
$$;

-- An API key, with the visibility of its organization.
create function log.known_key(p_key_id text)
returns table (org uuid, key_uuid uuid, name text, role text, operator boolean, hash bytea, revoked_at timestamptz,
               visibility text)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    select k.org, k.key_uuid, k.name, k.role, k.operator, k.hash, k.revoked_at,
           coalesce((select convert_from(t.state, 'UTF8')::jsonb ->> 'visibility' from log.streams t
                     where t.org = k.org and t.kind = 'organization' and t.id = k.org), 'all')
    from log.api_keys k where k.key_id = p_key_id
$$;

revoke all on function log.known_user, log.known_key from public;
grant execute on function log.known_user, log.known_key to cohoi_command, cohoi_query, cohoi_report;
reset role;
