#!/bin/sh
# redis-server under redis-benchmark on loopback, with a snapshot and an append-only file.
# needs: redis-server redis-benchmark redis-cli
set -eu
# sh waits by rt_sigsuspend, but only for what still runs: here something surely does.
sleep 0.1 &
wait $!
# Once before it listens: after a refused connection, clients ask for the socket's error.
redis-cli -p "$PORT" ping 2>/dev/null || echo "status $?"
redis-server --port "$PORT" --bind 127.0.0.1 --save '' --appendonly yes --appendfsync always --dir . \
	--daemonize no --logfile redis.log &
server=$!
cli() {
	redis-cli -p "$PORT" "$@"
}
sleep 0.05
tries=0
until cli ping >/dev/null 2>&1; do
	sleep 0.05
	tries=$((tries + 1))
	[ $tries -lt 200 ]
done
redis-benchmark -p "$PORT" -n 100 -c 10 -t set,get,lpush,incr,mset -q >bench.log
cli set key value
cli get key
cli bgsave >/dev/null
tries=0
while cli info persistence | grep -q rdb_bgsave_in_progress:1; do
	sleep 0.05
	tries=$((tries + 1))
	[ $tries -lt 200 ]
done
test -s dump.rdb
cli shutdown nosave || true
wait "$server" || echo "status $?"
grep -c 'requests per second' bench.log
