import os
import shutil

import workload


class Workload(workload.Served):
    what = "node, an HTTP server that reads a file and answers in JSON; wrk with 16 connections"
    needs = ("node", "wrk")
    unit = "requests/s"

    def prepare(self):
        shutil.copy(self.source("server.js"), self.path("server.js"))
        os.mkdir(self.path("data"))
        for n in range(50):
            self.write(f"data/{n}.txt", f"{n} is a number\n" * 50)

    def server(self, port):
        return ["node", "server.js", str(port)]

    def load(self, port):
        return self.wrk(port, "7")
