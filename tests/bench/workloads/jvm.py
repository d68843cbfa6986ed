import shutil
import subprocess

import process
import workload


class Workload(workload.Timed):
    what = "a JVM compiles and runs a source file: threads, files, a collected heap"
    needs = ("java",)

    def missing(self):
        if super().missing():
            return super().missing()
        probe = subprocess.run(
            ["java", "--list-modules"],
            env=process.environment(self.dir),
            capture_output=True,
            text=True,
        )
        return None if "jdk.compiler" in probe.stdout else "this Java has no compiler"

    def prepare(self):
        shutil.copy(self.source("Program.java"), self.path("Program.java"))

    def command(self):
        return ["java", "Program.java"]
