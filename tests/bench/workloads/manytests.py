import shutil

import workload


class Workload(workload.Timed):
    what = "3,000 short tests of one python3 process, 200 of which start a program"
    needs = ("/usr/bin/python3", "cc", "sh")

    def prepare(self):
        shutil.copy(self.source("many_tests.py"), self.path("many_tests.py"))
        self.write("small.c", "int main(void)\n{\n\treturn 0;\n}\n")
        self.quietly("cc", "-o", "small", "small.c")

    def reset(self):
        shutil.rmtree(self.path("tmp"), ignore_errors=True)
        self.quietly("mkdir", "tmp")

    def command(self):
        return ["env", f"TMPDIR={self.path('tmp')}", "/usr/bin/python3", "many_tests.py", "3000"]
