import os
import shutil

import workload

FILES = 4000


class Workload(workload.Timed):
    what = "python3 lists, stats and opens 4,000 files, and sends and receives 60,000 times"
    needs = ("/usr/bin/python3",)
    repeat = 3

    def prepare(self):
        shutil.copy(self.source("list_files.py"), self.path("list_files.py"))
        for n in range(FILES):
            folder = self.path("files", f"dir{n % 40}")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"file{n}"), "w") as file:
                file.write(f"file {n}\n")

    def command(self):
        return ["/usr/bin/python3", "list_files.py", "60000"]
