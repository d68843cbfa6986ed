import re
import socket

import workload


def commands_done(port):
    """The server's own count of commands."""
    with socket.create_connection(("127.0.0.1", port)) as s, s.makefile("rb") as answer:
        s.sendall(b"INFO stats\r\n")
        text = answer.read(int(answer.readline()[1:]))
    return int(re.search(rb"total_commands_processed:(\d+)", text).group(1))


class Workload(workload.Served):
    what = "redis-server, SET and GET of redis-benchmark with 50 connections"
    needs = ("redis-server", "redis-benchmark")
    unit = "commands/s"

    def server(self, port):
        listen = ["--bind", "127.0.0.1", "--port", str(port)]
        return ["redis-server", *listen, "--save", "", "--appendonly", "no", "--dir", self.dir]

    def load(self, port):
        # It has no end of its own: SET and GET in turns, new connections each time.
        options = ["-t", "set,get", "-n", "20000", "-l", "-q"]
        with self.background("redis-benchmark", "-p", str(port), *options):
            return workload.measured(lambda: commands_done(port))
