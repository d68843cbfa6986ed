import workload


class Workload(workload.Timed):
    what = "a shell loop that starts 1,000 programs"
    needs = ("sh", "/bin/true")

    def command(self):
        return ["sh", "-c", "i=0; while [ $i -lt 1000 ]; do /bin/true; i=$((i + 1)); done"]
