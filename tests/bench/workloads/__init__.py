"""The workloads, a module each, in the order of the table."""

import importlib

NAMES = [
    "dd",
    "pipe",
    "programs",
    "make",
    "configure",
    "python",
    "redis",
    "nginx",
    "postgres",
    "futex",
    "phases",
    "true",
    "git",
    "node",
    "makefiles",
    "manytests",
    "listing",
    "goserver",
    "jvm",
    "asan",
]


def load(name):
    """The class of a workload."""
    found = importlib.import_module(f"workloads.{name}").Workload
    found.name = name
    return found
