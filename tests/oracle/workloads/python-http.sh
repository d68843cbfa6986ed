#!/bin/sh
# Python's http.server in one process, its client in another, on loopback.
# needs: /usr/bin/python3
set -eu
mkdir htdocs
seq 1 1000 >htdocs/numbers
exec /usr/bin/python3 -B - <<'END'
import functools
import http.server
import os
import signal
import sys
import urllib.error
import urllib.request


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False  # so that server_close() waits for the ends of its threads


server = Server(("127.0.0.1", int(os.environ["PORT"])), functools.partial(Quiet, directory="htdocs"))
child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, lambda *args: sys.exit(5))
    try:
        server.serve_forever(poll_interval=0.05)
    finally:
        server.server_close()
url = "http://127.0.0.1:%d/" % server.server_port
server.socket.close()
print(len(urllib.request.urlopen(url + "numbers").read()))
print(b"numbers" in urllib.request.urlopen(url).read())
try:
    urllib.request.urlopen(url + "absent")
except urllib.error.HTTPError as error:
    print(error.code)
    error.read()
os.kill(child, 15)
print(os.waitpid(child, 0)[1])
END
