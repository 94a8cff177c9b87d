-- Up to where the facts of a lane are published, as their relay said last; nothing where no relay ever did.
select published from log.relay_mark($1, 'facts')
