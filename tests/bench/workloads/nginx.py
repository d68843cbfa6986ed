import os
import signal

import workload

CONF = """
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
{user}
events {{ worker_connections 256; }}
http {{
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    sendfile on;
    keepalive_requests 10000000;
    server {{ listen 127.0.0.1:{port}; root htdocs; }}
}}
"""


class Workload(workload.Served):
    what = "nginx, a file of 4 KiB, wrk with 16 connections"
    needs = ("nginx", "wrk")
    unit = "requests/s"
    end_signal = signal.SIGTERM

    def prepare(self):
        os.mkdir(self.path("htdocs"))
        self.write("htdocs/index.html", "<p>seccomp\n" * 372)

    def server(self, port):
        # A worker that drops to nobody could not read the directory.
        user = "user root;" if os.geteuid() == 0 else ""
        self.write("nginx.conf", CONF.format(user=user, port=port))
        return ["nginx", "-e", "error.log", "-p", self.dir, "-c", "nginx.conf"]

    def load(self, port):
        return self.wrk(port, "index.html")
