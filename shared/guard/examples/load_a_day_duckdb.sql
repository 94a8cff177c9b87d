-- What moved on a day, and what it was worth, from lines of facts (consume_confluent.py … > facts.ndjson):
--   duckdb -c ".read load_a_day_duckdb.sql"
create or replace table facts as
select * from read_json('facts.ndjson', format = 'newline_delimited', union_by_name = true,
    columns = {id: 'uuid', org: 'uuid', "position": 'bigint', type: 'varchar', subject: 'varchar',
               "time": 'timestamptz', occurredat: 'timestamptz', actor: 'varchar', data: 'json'});

select type, count(*) as facts,
    sum((data -> 'after' ->> 'amount_minor')::bigint) filter (where type like 'opportunity_%') as worth_minor
from facts
where cast("time" as date) = (select max(cast("time" as date)) from facts)
group by type order by facts desc, type;
