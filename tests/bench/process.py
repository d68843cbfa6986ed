"""Starts a tool with its workload in a directory of its own, and leaves no process behind."""

import contextlib
import ctypes
import os
import select
import signal
import socket
import subprocess
import time

LIMIT = 300  # seconds, of one run under the slowest tool
PATIENCE = 30  # seconds, for a server to listen or to end
NOBODY = 65534
_PR_SET_CHILD_SUBREAPER = 36


class Failure(Exception):
    """A workload, or the tool it runs under, does not do what it should."""


def adopt_orphans():
    """What a workload leaves running becomes our child: it can be waited for and ended."""
    if ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise Failure("prctl(PR_SET_CHILD_SUBREAPER) failed")


def children(pid):
    """The children of all threads of a process; none when it is gone."""
    found = []
    with contextlib.suppress(OSError):
        for tid in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{tid}/children") as file:
                found += [int(child) for child in file.read().split()]
    return found


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(directory):
    """The same for every run; make's variables, above all, must not reach the make that is run."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": directory,
        "TMPDIR": directory,
        "LANG": "C.UTF-8",
    }


def tail(path):
    with open(path, errors="replace") as file:
        return "".join(file.readlines()[-10:])


class TooLong(Failure):
    """It did not end in time."""


class Process:
    """A running command. `log` gets its standard error; `user`: run it as nobody."""

    def __init__(self, argv, directory, log, user=False, env=None, out=subprocess.DEVNULL):
        self.log = log
        with open(log, "w") as err:
            self.popen = subprocess.Popen(
                argv,
                cwd=directory,
                env={**environment(directory), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if user else {}),
            )
        self.argv = argv
        self.pid = self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def wait(self, limit=LIMIT):
        """Its status, as soon as it has ended: Popen.wait() with a limit looks only every 50 ms."""
        if self.popen.returncode is None:
            fd = os.pidfd_open(self.pid)
            try:
                ended = select.poll()
                ended.register(fd, select.POLLIN)
                if not ended.poll(limit * 1000):
                    raise TooLong(f"{self.argv[0]}: no end within {limit} s")
            finally:
                os.close(fd)
        return self.popen.wait()

    def end_early(self, patience=5):
        """Asks a tool to end, which may take its workload with it."""
        self.popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(patience)

    def fail(self, what):
        raise Failure(f"{' '.join(self.argv)[:200]}: {what}\n{tail(self.log)}")

    def listens(self, port):
        """Waits until something accepts connections on the port."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not self.running():
                self.fail("it ended before it listened")
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.005)
        self.fail(f"does not listen within {PATIENCE} s")

    def end_server(self, sig, traced):
        """Ends a server and waits for it; under a tool, it is the tool's child that is told."""
        for pid in children(self.pid) if traced else [self.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sig)
        status = self.wait(PATIENCE)
        if status not in (0, -sig, 128 + sig):
            self.fail(f"the server ended with status {status}")

    def kill(self):
        """Ends whatever is left of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()


def end_orphans():
    """Kills and reaps what has been left to us. Nothing that is needed may be running."""
    while left := children(os.getpid()):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
