import os
import shutil

import workload


class Workload(workload.Served):
    what = "an HTTP server in Go that reads a file; wrk with 16 connections"
    needs = ("go", "wrk")
    unit = "requests/s"

    def prepare(self):
        shutil.copy(self.source("server.go"), self.path("server.go"))
        self.quietly("env", "GO111MODULE=off", "go", "build", "-o", "server", "server.go")
        os.mkdir(self.path("htdocs"))
        self.write("htdocs/page", "<p>seccomp\n" * 372)

    def server(self, port):
        return ["./server", f"127.0.0.1:{port}"]

    def load(self, port):
        return self.wrk(port, "page")
