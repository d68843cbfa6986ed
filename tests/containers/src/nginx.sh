#!/bin/sh
# nginx in the foreground, a master and a worker, and a client.
set -eu
mkdir htdocs
seq 1 1000 >htdocs/index.html
cp htdocs/index.html htdocs/slow
# sh waits by rt_sigsuspend, but only for what still runs: here something surely does.
sleep 0.1 &
wait $!
nginx -e stderr -p "$PWD" -c /app/nginx.conf 2>nginx.log &
server=$!
tries=0
until wget -q -O /dev/null "http://127.0.0.1:$PORT/" 2>/dev/null || [ $tries -ge 80 ]; do
	sleep 0.02
	tries=$((tries + 1))
done
wget -q -O - "http://127.0.0.1:$PORT/" | md5sum
wget -q -O - "http://127.0.0.1:$PORT/slow" | md5sum
wget -q -O - "http://127.0.0.1:$PORT/absent" 2>&1 || echo "status $?"
kill -QUIT "$server"
wait "$server" || echo "status $?"
rm nginx.log
