import os

import workload

FILES = 4000

SCRIPT = """
local n = 0
request = function()
    n = (n * 1103515245 + 12345) %% 2147483648
    return wrk.format(nil, "/file" .. n %% %d)
end
""" % FILES


class Workload(workload.Served):
    what = "a server that first reads 4,000 files, then serves them; wrk with 16 connections"
    needs = ("wrk",)
    fixtures = ("phases",)
    unit = "requests/s"

    def prepare(self):
        os.mkdir(self.path("files"))
        for n in range(FILES):
            self.write(f"files/file{n}", f"this is file {n}\n" * (100 + n % 200))
        self.write("paths.lua", SCRIPT)

    def server(self, port):
        return ["./phases", "files", str(port)]

    def load(self, port):
        return self.wrk(port, "", "-s", self.path("paths.lua"))
