"""The two kinds of workloads: one is run and timed, the other serves and is put under load."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

import process

LOAD_SECONDS = 3


class Workload:
    """
    One directory, `self.dir`, is made for each workload and kept for all its runs; `prepare` fills
    it once, `reset` makes it as it was before each run. Neither is traced or timed.
    """

    name = None
    what = None
    needs = ()  # programs; those with a slash are paths
    user = False  # it refuses to be run by root
    repeat = 1  # runs in one round, whose median counts
    fixtures = ()  # of $(BUILD)/bench, copied to self.dir

    def __init__(self, directory, root):
        self.dir = directory
        self.root = root  # of the project's source

    def missing(self):
        for need in self.needs:
            if shutil.which(need) is None:
                return f"{need} is not installed"
        return None

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def source(self, name):
        """A file that belongs to the workloads."""
        return os.path.join(self.root, "tests", "bench", "workloads", name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def quietly(self, *argv):
        """Runs something that only prepares, as the workload's user."""
        log = self.path("prepare.log")
        p = process.Process(list(argv), self.dir, log, self.drop())
        try:
            if p.wait() != 0:
                p.fail("failed")
        finally:
            p.kill()

    def drop(self):
        """Must root become somebody else for it?"""
        return self.user and os.geteuid() == 0

    def prepare(self):
        pass

    def reset(self):
        pass


class Timed(Workload):
    """What counts are the seconds that `command` takes."""

    unit = "s"
    better = "less"

    def command(self):
        raise NotImplementedError


class Served(Workload):
    """
    What counts is how much `server` gets done per second. The load runs outside the tool; it
    starts as soon as the server listens, so that what the tool does at first counts too.
    """

    unit = "per second"
    better = "more"
    end_signal = signal.SIGTERM

    def server(self, port):
        raise NotImplementedError

    def ready(self, running, port):
        """Waits until the server, a running Process, takes requests."""
        running.listens(port)

    def load(self, port):
        """Puts the server under load for LOAD_SECONDS; returns how much it did per second."""
        raise NotImplementedError

    def wrk(self, port, path, *options):
        url = f"http://127.0.0.1:{port}/{path}"
        out = self.generate(
            "wrk", "-t", "1", "-c", "16", "-d", f"{LOAD_SECONDS}s", *options, url
        )
        if re.search(r"Non-2xx|Socket errors", out):
            raise process.Failure(f"{self.name}: wrk met errors\n{out}")
        return float(re.search(r"Requests/sec:\s*([\d.]+)", out).group(1))

    def generate(self, *argv):
        """Runs a load generator to its end; returns what it printed."""
        log = self.path("load.log")
        p = process.Process(list(argv), self.dir, log, self.drop(), out=subprocess.PIPE)
        try:
            out = p.popen.communicate(timeout=process.LIMIT)[0].decode(errors="replace")
            if p.popen.returncode != 0:
                p.fail("failed")
            return out
        except subprocess.TimeoutExpired:
            raise process.Failure(f"{argv[0]}: no end") from None
        finally:
            p.kill()

    @contextlib.contextmanager
    def background(self, *argv):
        """A load generator that has no end of its own."""
        p = process.Process(list(argv), self.dir, self.path("load.log"), self.drop())
        try:
            yield p
            if not p.running():
                p.fail("ended early")
        finally:
            p.kill()


def measured(count, seconds=LOAD_SECONDS):
    """How much the number that count() returns grows per second."""
    before, start = count(), time.monotonic()
    time.sleep(seconds)
    return (count() - before) / (time.monotonic() - start)
