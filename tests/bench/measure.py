"""Runs workloads under the tools in turns, and keeps what was measured."""

import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time

import process
import workloads

ALWAYS = ("native", "record")


class Sample:
    """One round of a workload under one tool."""

    def __init__(self, value, peak, findings, at_least=False):
        self.value = value
        self.peak = peak  # KiB of the tool; None: not known
        self.findings = findings
        self.at_least = at_least  # it was ended early: `value` would have been more


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    """`scratch` can be read by everybody: it holds copies of the program and the fixtures."""

    def __init__(self, root, build, options):
        self.root = root
        self.build = build
        self.rounds = options.rounds
        self.budget = options.budget
        self.limit = options.limit
        self.others_until = time.monotonic() + options.minutes * 60
        self.scratch = tempfile.mkdtemp(prefix="seccomp-learn-bench.")
        os.chmod(self.scratch, 0o755)
        self.program = os.path.join(self.scratch, "seccomp-learn")
        given = os.environ.get("SECCOMP_LEARN", os.path.join(build, "seccomp-learn"))
        shutil.copy(given, self.program)
        self.preload = os.path.join(self.scratch, "peak.so")
        shutil.copy(os.path.join(build, "bench", "peak.so"), self.preload)

    def close(self):
        process.end_orphans()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def prepare(self, name):
        """Makes a workload ready; a text in its place says why it can't be run."""
        directory = os.path.join(self.scratch, name)
        os.mkdir(directory)
        w = workloads.load(name)(directory, self.root)
        why = w.missing()
        if why:
            return why
        for fixture in w.fixtures:
            shutil.copy(os.path.join(self.build, "bench", fixture), directory)
        if w.drop():
            os.chown(directory, process.NOBODY, process.NOBODY)
        w.prepare()
        return w

    def start(self, tool, w, argv):
        peak = w.path("bench.peak")
        with open(peak, "w"):
            pass
        if w.drop():
            os.chown(peak, process.NOBODY, process.NOBODY)
        # The file system may take its time over truncating the last run's recording.
        with contextlib.suppress(FileNotFoundError):
            os.remove(w.path("bench.rec"))
        env = tool.environment()
        if tool.name != "native":
            env |= {"LD_PRELOAD": self.preload, "BENCH_PEAK": peak}
        return process.Process(
            tool.command(argv, w.dir), w.dir, w.path("bench.log"), w.drop(), env
        )

    def timed(self, tool, w):
        """Seconds, and were they cut short?"""
        limit = process.LIMIT if tool.name in ALWAYS else self.limit
        begin = time.perf_counter()
        p = self.start(tool, w, w.command())
        try:
            status = p.wait(limit)
            end = time.perf_counter()
            if status != 0:
                p.fail(f"ended with status {status}")
            return end - begin, False
        except process.TooLong:
            if tool.name in ALWAYS:
                raise
            p.end_early()
            return limit, True
        finally:
            p.kill()

    def served(self, tool, w):
        """What was done per second; never cut short."""
        port = process.free_port()
        p = self.start(tool, w, w.server(port))
        try:
            w.ready(p, port)
            value = w.load(port)
            p.end_server(w.end_signal, tool.name != "native")
            return value, False
        finally:
            p.kill()

    def sample(self, tool, w):
        once = self.served if w.better == "more" else self.timed
        values, cut = [], False
        begin = time.monotonic()
        for _ in range(w.repeat):
            if values and tool.name not in ALWAYS and time.monotonic() - begin > self.budget:
                break
            w.reset()
            try:
                value, early = once(tool, w)
            finally:
                process.end_orphans()
            values.append(value)
            cut |= early
        with open(w.path("bench.peak")) as file:
            peak = int(file.read() or 0) or None
        return Sample(statistics.median(values), peak, tool.findings(w.dir), cut)

    def measure(self, w, tools):
        """
        All rounds of one workload, as {tool's name: [Sample, ...]}. Native and record take part
        in all of them. Another tool that has used up its budget of seconds, or with which the
        workload fails, sits out the rounds that are left, and all do once their time is over.
        """
        self.sample(tools[0], w)  # what it reads is in memory from now on
        for tool in tools:
            if tool.prepares:
                self.sample(tool, w)
        samples = {tool.name: [] for tool in tools}
        spent = dict.fromkeys(samples, 0.0)
        for n in range(self.rounds):
            line = [f"{w.name} {n + 1}/{self.rounds}"]
            # In turns: a machine that gets slower must not count against who comes last.
            for tool in tools if n % 2 == 0 else reversed(tools):
                over = spent[tool.name] > self.budget or time.monotonic() > self.others_until
                if tool.name not in ALWAYS and over:
                    continue
                begin = time.monotonic()
                try:
                    samples[tool.name].append(self.sample(tool, w))
                except process.Failure as failure:
                    if tool.name in ALWAYS:
                        raise
                    say(f"{w.name}: {tool.title} is left out: {failure}")
                    spent[tool.name] = float("inf")
                    continue
                spent[tool.name] += time.monotonic() - begin
                line.append(f"{tool.name} {samples[tool.name][-1].value:.4g}")
            say("  ".join(line))
        return samples
