import workload


class Workload(workload.Timed):
    what = "dd, 200,000 blocks of one byte"
    needs = ("dd",)

    def command(self):
        return ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=200000", "status=none"]
