import glob
import os
import re
import shutil
import signal
import subprocess
import time

import process
import workload
from workload import LOAD_SECONDS


def installed():
    """The newest version's folder of programs: Debian leaves most of them out of the PATH."""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    found.sort(key=lambda path: int(path.split("/")[-3]))
    return os.path.dirname(found[-1]) if found else os.path.dirname(shutil.which("postgres") or "")


class Workload(workload.Served):
    what = "postgres, pgbench's TPC-B with 4 clients, fsync off"
    user = True
    unit = "transactions/s"
    end_signal = signal.SIGINT  # a fast shutdown

    def missing(self):
        for name in ("postgres", "initdb", "pgbench", "pg_isready"):
            if not os.access(self.program(name), os.X_OK):
                return f"{name} is not installed"
        return None

    def program(self, name):
        return os.path.join(installed(), name)

    def prepare(self):
        options = ["--no-sync", "--locale=C", "--auth=trust", "-U", "bench"]
        self.quietly(self.program("initdb"), *options, "-D", "template")
        port = process.free_port()
        self.quietly("cp", "-R", "template", "data")
        server = process.Process(self.server(port), self.dir, self.path("prepare.log"), self.drop())
        try:
            self.ready(server, port)
            options = ["-h", self.dir, "-p", str(port), "-U", "bench"]
            self.quietly(self.program("pgbench"), *options, "-i", "-q", "-s", "4", "postgres")
            server.end_server(self.end_signal, traced=False)
        finally:
            server.kill()
        shutil.rmtree(self.path("template"))
        os.rename(self.path("data"), self.path("template"))

    def reset(self):
        shutil.rmtree(self.path("data"), ignore_errors=True)
        self.quietly("cp", "-R", "template", "data")

    def server(self, port):
        options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={self.dir}"]
        options += ["fsync=off", "autovacuum=off", "max_wal_size=4GB"]
        words = [word for option in options for word in ("-c", option)]
        return [self.program("postgres"), "-D", "data", "-p", str(port), *words]

    def ready(self, running, port):
        # It listens before it is done with its start.
        running.listens(port)
        probe = [self.program("pg_isready"), "-q", "-h", self.dir, "-p", str(port), "-U", "bench"]
        deadline = time.monotonic() + process.PATIENCE
        while subprocess.run(probe, env=process.environment(self.dir)).returncode != 0:
            if time.monotonic() > deadline or not running.running():
                running.fail("it does not take connections")
            time.sleep(0.01)

    def load(self, port):
        where = ["-h", self.dir, "-p", str(port), "-U", "bench"]
        how = ["-n", "-c", "4", "-j", "1", "-T", str(LOAD_SECONDS)]
        out = self.generate(self.program("pgbench"), *where, *how, "postgres")
        return float(re.search(r"tps = ([\d.]+) \(without", out).group(1))
