#!/bin/sh
# Some of Python's own unit tests.
# needs: /usr/bin/python3
# needs-file: /usr/lib/python3.11/test/test_json/__init__.py
set -eu
exec /usr/bin/python3 -B -W ignore - <<'END'
import io
import sys
import time
import unittest

# A test that waits for a child looks first, and sleeps only if it has not ended yet.
time.sleep(0.001)
# Those that show each call which all of them show: the others make the same ones more often.
tempfile = "test.test_tempfile.Test"
names = ["test.test_json.test_dump", "test.test_pipes",
         "test.test_shelve.TestProto4File_dumbShelve", "test.test_shelve.TestProto5File_ndbmShelve"]
names += [tempfile + name for name in (
    "LowLevelInternals", "MkstempInner", "NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryFile",
    "TemporaryDirectory.test_cleanup_with_symlink_to_a_directory", "TemporaryDirectory.test_explicit_cleanup",
    "TemporaryDirectory.test_modes", "TemporaryDirectory.test_exit_on_shutdown")]
suite = unittest.TestSuite()
for name in names:
    suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name))
log = io.StringIO()
result = unittest.TextTestRunner(stream=log).run(suite)
print(result.testsRun, len(result.skipped), len(result.failures), len(result.errors))
if not result.wasSuccessful():
    sys.exit(log.getvalue())
END
