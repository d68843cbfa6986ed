#!/bin/sh
# Two processes write to one database in write-ahead mode.
# needs: sqlite3
set -eu
# sh waits by rt_sigsuspend, but only for what still runs: here something surely does.
sleep 0.1 &
wait $!
sqlite3 db 'PRAGMA journal_mode=WAL; CREATE TABLE t(who TEXT, n INTEGER);'
writer() {
	i=0
	while [ $i -lt 10 ]; do
		echo ".timeout 20000"
		echo "INSERT INTO t VALUES('$1', $i);"
		i=$((i + 1))
	done
}
writer a | sqlite3 db &
first=$!
writer b | sqlite3 db &
second=$!
wait "$first"
wait "$second"
sqlite3 db 'SELECT who, count(*), sum(n) FROM t GROUP BY who; PRAGMA wal_checkpoint(TRUNCATE);'
ls
