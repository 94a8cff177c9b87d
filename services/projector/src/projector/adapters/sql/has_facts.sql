-- Whether there is any fact at all.
select exists (select from log.facts)
