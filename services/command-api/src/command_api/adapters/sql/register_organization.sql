-- Give a new organization its lane.
select log.register_organization($1)
