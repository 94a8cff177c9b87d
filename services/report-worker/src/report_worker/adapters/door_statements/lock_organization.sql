-- Let one command on an organization's reports be decided at a time, so that limits and keys are exact.
select pg_advisory_xact_lock(hashtextextended('reports/' || $1::uuid::text, 0));
