import os
import shutil

import workload


class Workload(workload.Timed):
    what = "make -j2 of two libraries of this project"
    needs = ("make", "gcc", "ar", "pkg-config")

    def prepare(self):
        os.mkdir(self.path("tree"))
        shutil.copy(os.path.join(self.root, "Makefile"), self.path("tree"))
        for folder in ("base", "emit"):
            shutil.copytree(os.path.join(self.root, folder), self.path("tree", folder))

    def reset(self):
        shutil.rmtree(self.path("tree", "out"), ignore_errors=True)

    def command(self):
        targets = ["out/lib/libbase.a", "out/lib/libemit.a"]
        return ["make", "-C", "tree", "-j2", "CC=gcc", "BUILD=out", *targets]
