-- The next batch of refused rows behind one, sealed.
select ordinal, sealed from log.job_refusals($1, $2, $3)
