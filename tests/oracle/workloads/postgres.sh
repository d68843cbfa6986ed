#!/bin/sh
# A PostgreSQL server that several clients use at a time, stopped while one is connected, and one
# statement in single-user mode. It refuses to run as root.
# user: nobody
# needs: psql
# needs-file: /usr/lib/postgresql/15/bin/initdb
set -eu
PATH=/usr/lib/postgresql/15/bin:$PATH
export PGHOST="$PWD" PGPORT="$PORT" PGUSER=tester PGDATABASE=postgres
if [ "${1-}" = prepare ]; then
	initdb --no-sync --locale=C --auth=trust -U tester -D data >initdb.log
	echo "listen_addresses = '127.0.0.1'" >>data/postgresql.conf
	exit
fi
pg_ctl -D data -l server.log -o "-p $PORT -k '$PWD'" -w -s start
psql -qAt -c 'CREATE TABLE t (n int PRIMARY KEY, s text)' \
	-c "INSERT INTO t SELECT g, repeat('x', g % 50) FROM generate_series(1, 5000) g" -c CHECKPOINT
for n in 1 2 3; do
	psql -qAt -h 127.0.0.1 -c "UPDATE t SET s = s || 'y' WHERE n % 3 = $n % 3" -c 'SELECT count(*) FROM t' &
done
wait
psql -qAt -c 'VACUUM ANALYZE t' -c 'SELECT sum(length(s)) FROM t' -c "COPY t TO '$PWD/t.txt'"
wc -l <t.txt
pg_ctl -D data -m fast -w -s stop
echo 'SELECT count(*) > 0 AS found FROM pg_class;' | postgres --single -D data postgres 2>/dev/null | grep -c 'found = "t"'
