import workload


class Workload(workload.Timed):
    what = "two processes hand a byte back and forth over pipes, 30,000 times"
    fixtures = ("pingpong",)

    def command(self):
        return ["./pingpong", "30000"]
