#!/bin/sh
# nginx with two workers under wrk, on loopback.
# needs: nginx wrk
set -eu
mkdir htdocs logs tmp
seq 1 1000 >htdocs/index.html
{
	# Without this, workers of a root master drop to a user who cannot read this directory.
	[ "$(id -u)" != 0 ] || echo 'user root;'
	cat <<END
worker_processes 2;
pid nginx.pid;
error_log logs/error.log;
events { worker_connections 64; }
http {
	access_log logs/access.log;
	client_body_temp_path tmp/body;
	proxy_temp_path tmp/proxy;
	fastcgi_temp_path tmp/fastcgi;
	uwsgi_temp_path tmp/uwsgi;
	scgi_temp_path tmp/scgi;
	sendfile on;
	server { listen 127.0.0.1:$PORT; root htdocs; }
}
END
} >nginx.conf
# It becomes a daemon once it listens.
nginx -e logs/error.log -p "$PWD" -c nginx.conf
wrk -t 2 -c 4 -d 1s "http://127.0.0.1:$PORT/" >wrk.log
nginx -e logs/error.log -p "$PWD" -c nginx.conf -s quit
sleep 0.1
tries=0
while [ -e nginx.pid ]; do
	sleep 0.05
	tries=$((tries + 1))
	[ $tries -lt 200 ]
done
awk '/requests in/ { print ($1 > 0 ? "answered" : "silent") }' wrk.log
awk '$9 != 200 { n++ } END { print n + 0 }' logs/access.log
