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
# Of the tests of json those of one part: what all of them call is called by the others as well.
names = ["test.test_json.test_dump", "test.test_tempfile", "test.test_shelve", "test.test_pipes",
         "test.test_struct", "test.test_textwrap"]
suite = unittest.TestSuite()
for name in names:
    suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name))
log = io.StringIO()
result = unittest.TextTestRunner(stream=log).run(suite)
print(result.testsRun, len(result.skipped), len(result.failures), len(result.errors))
if not result.wasSuccessful():
    sys.exit(log.getvalue())
END
