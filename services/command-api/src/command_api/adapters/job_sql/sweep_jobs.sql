-- Forget files and refused rows that are older than a day.
select log.sweep_jobs($1)
