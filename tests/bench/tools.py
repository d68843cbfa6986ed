"""What the workloads are run under."""

import json
import os
import shutil
import subprocess

# The system calls of a process tree, counted: the forks of a thread that belongs to it make the
# tree grow.
BPFTRACE = """
BEGIN { @tree[cpid] = 1 }
tracepoint:sched:sched_process_fork /@tree[args->parent_pid]/ { @tree[args->child_pid] = 1 }
tracepoint:sched:sched_process_exit /@tree[tid]/ { delete(@tree[tid]) }
tracepoint:raw_syscalls:sys_enter /@tree[tid]/ { @calls[args->id] = count() }
END { clear(@tree) }
"""


class Tool:
    """`title` heads its column."""

    prepares = False  # by a first run of each workload that does not count

    def __init__(self, name, title):
        self.name = name
        self.title = title

    def missing(self):
        """Why it cannot be used; None when it can."""
        return None

    def command(self, argv, directory):
        return argv

    def environment(self):
        return {}

    def findings(self, directory):
        """What it said about the run, as a dict."""
        return {}


class Strace(Tool):
    def __init__(self, name, title, options):
        super().__init__(name, title)
        self.options = options

    def missing(self):
        return None if shutil.which("strace") else "strace is not installed"

    def command(self, argv, directory):
        return ["strace", *self.options, "-o", "/dev/null", *argv]


class Learner(Tool):
    def __init__(self, name, title, program, options):
        super().__init__(name, title)
        self.program = program
        self.options = options

    def missing(self):
        return None if os.access(self.program, os.X_OK) else f"{self.program} is not built"

    def recording(self, argv, directory, name, *options):
        path = os.path.join(directory, name)
        return [self.program, "record", "-q", "-o", path, *options, *self.options, "--", *argv]

    def command(self, argv, directory):
        return self.recording(argv, directory, "bench.rec")

    def findings(self, directory):
        with open(os.path.join(directory, "bench.rec")) as file:
            end = json.loads(file.readlines()[-1]).get("end", {})  # none if it had to be killed
        return {key: end[key] for key in ("stops", "notifications", "sieves") if key in end}


class Known(Learner):
    """Builds on a recording of the same workload. Its first run, which does not count, makes that."""

    prepares = True

    def command(self, argv, directory):
        earlier = os.path.join(directory, "earlier.rec")
        if not os.path.exists(earlier):
            return self.recording(argv, directory, "earlier.rec")
        return self.recording(argv, directory, "bench.rec", "--known", earlier)

    def findings(self, directory):
        path = os.path.join(directory, "bench.rec")
        return super().findings(directory) if os.path.exists(path) else {}


class Bpftrace(Tool):
    """Takes the command as one string, so that it is put into a script; only ELF files will do."""

    def missing(self):
        if os.geteuid() != 0:
            return "bpftrace needs root"
        if not shutil.which("bpftrace"):
            return "bpftrace is not installed"
        try:
            probe = subprocess.run(
                ["bpftrace", "-c", "/bin/true", "-e", BPFTRACE],
                env={**os.environ, **self.environment()},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
            )
        except subprocess.TimeoutExpired:
            return "bpftrace does not end"
        if probe.returncode != 0 or "@calls[" not in probe.stdout:
            # It warns first, of what it can do without.
            said = (probe.stderr.strip().splitlines() or ["nothing"])[-1]
            return f"bpftrace does not work here: {said}"
        return None

    def command(self, argv, directory):
        script = os.path.join(directory, "bench.sh")
        words = " ".join("'" + word.replace("'", "'\\''") + "'" for word in argv)
        with open(script, "w") as file:
            file.write(f"exec {words}\n")
        return ["bpftrace", "-c", f"/bin/sh {script}", "-e", BPFTRACE]

    def environment(self):
        return {"BPFTRACE_MAP_KEYS_MAX": "65536"}


def all_tools(program, tune):
    """In the order of the columns. `tune`: handed on to record, or None."""
    tuning = ["--tune", tune] if tune else []
    return [
        Tool("native", "native"),
        Strace("strace", "strace -f", ["-f"]),
        Strace("strace-c", "strace -f -c", ["-f", "-c"]),
        Learner("exact", "record --exact", program, ["--exact"]),
        Learner("record", "record", program, tuning),
        Known("known", "record --known", program, tuning),
        Bpftrace("bpftrace", "bpftrace"),
    ]
