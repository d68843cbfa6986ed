import os
import shutil

import workload

CONFIG = """[core]
\tfsync = none
[user]
\tname = bench
\temail = bench@example.org
[gc]
\tauto = 0
[maintenance]
\tauto = false
"""


class Workload(workload.Timed):
    what = "git status, add, commit, checkout, merge, log, grep, clone on 3,000 files"
    needs = ("git", "sh")

    def prepare(self):
        self.write(".gitconfig", CONFIG)
        for n in range(3000):
            folder = self.path("template", f"dir{n % 60}")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"file{n}.txt"), "w") as file:
                file.write("".join(f"line {i} of file {n}\n" for i in range(n % 50 + 10)))
        for argv in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"]):
            self.quietly("git", "-C", "template", *argv)
        shutil.copy(self.source("git.sh"), self.path("git.sh"))

    def reset(self):
        for name in ("repository", "clone"):
            shutil.rmtree(self.path(name), ignore_errors=True)
        self.quietly("cp", "-a", "template", "repository")
        os.sync()  # or what is still to be written slows down the next run

    def command(self):
        return ["sh", "git.sh"]
