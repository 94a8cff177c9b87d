-- The facts that say that a key is deleted; rare, and looked for only where everything is looked through.
select lane, lane_position, bytes from log.facts where type = any ($1::text[])
