"""Tests as a test runner finds them in a project: most take no time, some start a program."""

import json
import os
import subprocess
import sys
import tempfile
import unittest


def starts_shell(self):
    self.assertEqual(subprocess.run(["sh", "-c", "true"]).returncode, 0)


def starts_program(self):
    out = subprocess.run(["./small"], capture_output=True).stdout
    self.assertEqual(out, b"")


def uses_file(self):
    with tempfile.NamedTemporaryFile("w+") as file:
        json.dump({"numbers": list(range(50))}, file)
        file.seek(0)
        self.assertEqual(len(json.load(file)["numbers"]), 50)


def uses_directory(self):
    with tempfile.TemporaryDirectory() as directory:
        for name in "abc":
            with open(os.path.join(directory, name), "w") as file:
                file.write(name)
        self.assertEqual(sorted(os.listdir(directory)), ["a", "b", "c"])


def computes(self):
    self.assertEqual(sum(range(100)), 4950)


def kind(n):
    if n % 30 == 0:
        return starts_shell
    if n % 30 == 15:
        return starts_program
    return (uses_file, computes, uses_directory, computes, computes)[n % 5]


Tests = type(
    "Tests",
    (unittest.TestCase,),
    {f"test_{n:05}": kind(n) for n in range(int(sys.argv.pop(1)))},
)

unittest.main()
