import workload


class Workload(workload.Timed):
    what = "true, which is nothing but start-up; median of 20 runs"
    needs = ("/bin/true",)
    repeat = 20

    def command(self):
        return ["/bin/true"]
