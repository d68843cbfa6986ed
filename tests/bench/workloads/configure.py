import os
import shutil

import workload


class Workload(workload.Timed):
    what = "a configure script: about 110 compiled tests, many sed, grep, expr"
    needs = ("sh", "gcc", "sed", "grep", "expr", "awk")

    def prepare(self):
        shutil.copy(self.source("configure.sh"), self.path("configure.sh"))

    def reset(self):
        shutil.rmtree(self.path("work"), ignore_errors=True)
        os.mkdir(self.path("work"))

    def command(self):
        return ["sh", "-c", "cd work && exec sh ../configure.sh"]
