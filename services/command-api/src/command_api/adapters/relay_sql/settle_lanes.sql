-- Choose the number of lanes, before the first organization; how many there are.
select log.settle_lanes($1)
