-- Add an API key; only the hash of its secret is kept.
select log.add_api_key($1, $2, $3, $4, $5, $6, $7)
