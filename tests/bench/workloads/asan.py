import shutil
import subprocess

import process
import workload


class Workload(workload.Timed):
    """
    LeakSanitizer is a tracer itself and gives up where there is one already: the status of the
    programs counts natively alone, when they are tried before the first run.
    """

    what = "6 small C programs are built with AddressSanitizer, and run 8 times each"
    needs = ("cc", "sh")

    def missing(self):
        if super().missing():
            return super().missing()
        probe = subprocess.run(
            ["sh", "-c", "echo 'int main(void) { return 0; }' | cc -fsanitize=address -x c - && ./a.out"],
            cwd=self.dir,
            env=process.environment(self.dir),
            capture_output=True,
        )
        return None if probe.returncode == 0 else "cc has no AddressSanitizer, or it does not work"

    def prepare(self):
        shutil.copy(self.source("asan.sh"), self.path("asan.sh"))
        self.quietly("sh", "asan.sh", "strict")

    def command(self):
        return ["sh", "asan.sh"]
