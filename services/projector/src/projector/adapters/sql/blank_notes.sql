-- Notes under a key that is deleted go with it; rare, and so without an index of its own.
update read.opportunities o set note = null
from unnest($1::uuid[], $2::uuid[]) as n (org, key)
where o.org = n.org and o.note_key = n.key and o.note is not null
