#!/bin/sh
# An entry point that makes the server's files and then becomes the server, busybox's. Its client
# stops it.
set -u
mkdir -p htdocs/cgi-bin
echo hello >htdocs/index.html
# Its client surely has to wait for this one.
cat >htdocs/cgi-bin/slow <<'END'
#!/bin/sh
sleep 0.1
printf 'Content-Type: text/plain\r\n\r\nslow\n'
END
chmod +x htdocs/cgi-bin/slow
server=$$
(
	tries=0
	until wget -q -O /dev/null "http://127.0.0.1:$PORT/" 2>/dev/null || [ $tries -ge 80 ]; do
		sleep 0.02
		tries=$((tries + 1))
	done
	wget -q -O - "http://127.0.0.1:$PORT/"
	wget -q -O - "http://127.0.0.1:$PORT/cgi-bin/slow"
	wget -q -O - "http://127.0.0.1:$PORT/absent" 2>&1
	kill "$server"
) &
exec httpd -f -p "127.0.0.1:$PORT" -h htdocs
