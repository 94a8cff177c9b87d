-- Note that a generation of a definition is being built; its number is a new one for ever.
insert into projection.generations (fingerprint) values ($1) returning number
