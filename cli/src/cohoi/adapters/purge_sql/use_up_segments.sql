-- Begin a new segment of the write-ahead log, and as many more as lie ready ahead of it: their rest becomes zeros.
do $$
begin
    for n in 0 .. (select count(*) from pg_ls_waldir() w where w.name > pg_walfile_name(pg_current_wal_lsn())
                       and w.name ~ '^[0-9A-F]{24}$')
    loop
        perform pg_logical_emit_message(false, 'cohoi', 'purge');
        perform pg_switch_wal();
    end loop;
end $$
