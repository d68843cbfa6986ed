create table t(id integer primary key, word text);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 200)
	insert into t select i, hex(i * 7919) from n;
commit;
create index word on t(word);
select count(*), min(word), max(word) from t;
delete from t where id % 3 = 0;
vacuum;
pragma integrity_check;
