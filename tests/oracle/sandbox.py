"""Runs one command in a directory of its own, always in the same surroundings, and leaves no
process behind."""

import collections
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time

TIMEOUT = 120  # seconds; no workload takes more than 5 when it is not traced
PATIENCE = 20  # seconds; for what outlives the workload's main process
_PR_SET_CHILD_SUBREAPER = 36

Result = collections.namedtuple("Result", "status out err seconds")


class Failure(Exception):
    """Something is wrong that is not a difference between two sets."""


def adopt_orphans():
    """Daemons that a workload starts become our children: we can wait for them and end them."""
    if ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise Failure("prctl(PR_SET_CHILD_SUBREAPER) failed")


def _children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(pid) for pid in file.read().split()]


def _wait_for_orphans(patience):
    """Waits until no child is left. False when some had to be killed."""
    deadline = time.monotonic() + patience
    in_time = True
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return in_time
        if pid == 0:
            if time.monotonic() > deadline:
                in_time = False
                for child in _children():
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.01)


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(directory):
    env = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": directory,
        "TMPDIR": directory,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC0",
        "PORT": str(_free_port()),
    }
    env.update((k, v) for k, v in os.environ.items() if k in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "GOCACHE"))
    return env


def _give(directory, user):
    """Makes the directory, and all that is in it, the user's."""
    uid = pwd.getpwnam(user).pw_uid
    os.chown(directory, uid, -1)
    for parent, directories, files in os.walk(directory):
        for name in directories + files:
            os.chown(os.path.join(parent, name), uid, -1, follow_symlinks=False)


def run(command, directory, template=None, user=None, patience=PATIENCE):
    """Runs the command in `directory`, made anew as a copy of `template`; as `user`, if it is given."""
    if template:
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(template, directory, symlinks=True)
    who = {}
    if user:
        _give(directory, user)
        who = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    log = directory + ".output"
    started = time.monotonic()
    with open(log, "w+b") as out, open(log + ".err", "w+b") as err:
        process = subprocess.Popen(command, cwd=directory, env=environment(directory), stdout=out, stderr=err,
                                   stdin=subprocess.DEVNULL, start_new_session=True, **who)
        try:
            status = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            _wait_for_orphans(0)
            raise Failure(f"{command}: still running after {TIMEOUT} s") from None
        if not _wait_for_orphans(patience):
            raise Failure(f"{command}: left processes behind")
        out.seek(0)
        err.seek(0)
        return Result(status, out.read(), err.read(), time.monotonic() - started)
