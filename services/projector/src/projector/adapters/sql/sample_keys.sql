-- Some wrapped keys, to see whether the master key is theirs.
select org, subject, wrapped from vault.keys limit 20
