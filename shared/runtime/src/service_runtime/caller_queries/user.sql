-- A user of an organization as it is now: what it is, the language it reads, and what decides which opportunities it sees.
SELECT role, team_id, active, language, visibility, teammates FROM log.known_user($1, $2);
