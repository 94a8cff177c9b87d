-- Note that the files hold nothing any more of who was erased up to here.
update log.erasures set purged_at = clock_timestamp() where purged_at is null and ordinal <= %s
