-- A user of an organization as it is now: role, team, whether active, and the language it reads.
SELECT role, team_id, active, language FROM log.caller_user($1, $2);
