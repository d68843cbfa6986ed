#!/bin/sh
# redis-server behind its entry point, with an append-only file and a snapshot, and its client.
set -eu
# sh waits by rt_sigsuspend, but only for what still runs: here something surely does.
sleep 0.1 &
wait $!
# Once before it listens: after a refused connection, clients ask for the socket's error.
redis-cli -p "$PORT" ping 2>/dev/null || echo "status $?"
/app/entrypoint.sh --port "$PORT" --bind 127.0.0.1 --save '' --appendonly yes --logfile redis.log &
server=$!
tries=0
until redis-cli -p "$PORT" ping >/dev/null 2>&1; do
	sleep 0.02
	tries=$((tries + 1))
	[ $tries -lt 80 ]
done
redis-cli -p "$PORT" <<END
set key value
append key s
get key
save
END
redis-cli -p "$PORT" shutdown nosave
wait "$server" || echo "status $?"
test -s dump.rdb
rm -r redis.log appendonlydir dump.rdb
