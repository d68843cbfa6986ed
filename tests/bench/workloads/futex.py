import workload


class Workload(workload.Timed):
    what = "64 threads contend on a mutex and meet at a barrier, 3,000 times"
    fixtures = ("futexes",)

    def command(self):
        return ["./futexes", "3000"]
