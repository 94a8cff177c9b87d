-- Whether another job waits for its turn.
select log.others_wait($1)
