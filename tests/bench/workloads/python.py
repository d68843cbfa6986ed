import shutil
import subprocess

import process
import workload

TESTS = ["test.test_json", "test.test_tarfile", "test.test_tempfile"]


class Workload(workload.Timed):
    what = "python3, unit tests of json, tarfile and tempfile"
    needs = ("/usr/bin/python3",)

    def missing(self):
        if super().missing():
            return super().missing()
        probe = subprocess.run(
            ["/usr/bin/python3", "-c", "import " + ", ".join(TESTS)],
            env=process.environment(self.dir),
            capture_output=True,
        )
        return None if probe.returncode == 0 else "python3's own tests are not installed"

    def reset(self):
        shutil.rmtree(self.path("tmp"), ignore_errors=True)
        self.quietly("mkdir", "tmp")

    def command(self):
        return ["env", f"TMPDIR={self.path('tmp')}", "/usr/bin/python3", "-m", "unittest", *TESTS]
