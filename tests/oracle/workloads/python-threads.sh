#!/bin/sh
# Part of Python's own threading tests, a pool of threads, a pool of processes, asyncio.
# needs: /usr/bin/python3
# needs-file: /usr/lib/python3.11/test/test_threading.py
set -eu
exec /usr/bin/python3 -B -W ignore - <<'END'
import asyncio
import concurrent.futures
import io
import subprocess
import sys
import time
import unittest

import test.test_threading as t

suite = unittest.TestSuite([t.ThreadJoinOnShutdown("test_1_join_on_shutdown"),
                            t.ThreadJoinOnShutdown("test_2_join_in_forked_process")])
for case in (t.ConditionTests, t.CRLockTests):
    suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(case))
wanted = unittest.TestSuite(x for x in suite if "timeout" not in x.id())
log = io.StringIO()
result = unittest.TextTestRunner(stream=log).run(wanted)
print(result.testsRun, len(result.failures), len(result.errors))
if not result.wasSuccessful():
    sys.exit(log.getvalue())


def square(n):
    time.sleep(0.01)
    return n * n


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(list(pool.map(square, range(10))))


async def main():
    process = await asyncio.create_subprocess_exec("echo", "asyncio", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    print(out.decode().strip(), await asyncio.to_thread(square, 5))


asyncio.run(main())
print(subprocess.run(["sh", "-c", "echo subprocess; exit 4"], capture_output=True))
END
