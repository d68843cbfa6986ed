import workload


class Workload(workload.Timed):
    what = "two processes hand a byte back and forth over pipes, 100,000 times"
    fixtures = ("pingpong",)

    def command(self):
        return ["./pingpong", "100000"]
