-- A flip waits for no lane for long: readers and commands are not held, but the projector is.
select set_config('lock_timeout', '500ms', true)
