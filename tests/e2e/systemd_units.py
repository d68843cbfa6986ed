#!/usr/bin/env python3
"""Units whose filters systemd and seccomp-learn are to read alike.

  systemd_units.py write DIR          writes them as DIR/NAME.service
  systemd_units.py compare DIR SHOWN LEARN
                                      compares what systemd made of them (SHOWN: what
                                      "systemctl show" printed) with what LEARN makes of them

A difference is printed, and the status is then 1. systemd does not print what a list of allowed
calls refuses in another way: there, only what is allowed is compared.
"""
import errno
import json
import os
import subprocess
import sys

HEAD = "[Service]\nExecStart=/bin/true\n"
ALLOWED = HEAD + "SystemCallFilter=read uname @swap\n"

UNITS = {
    # Verdicts in both kinds of list, in any order.
    "allow-errno": ALLOWED + "SystemCallFilter=~uname:EBADF\n",
    "allow-zero": ALLOWED + "SystemCallFilter=~uname:0\n",
    "allow-kill": ALLOWED + "SystemCallFilter=~uname:kill mount:kill\n",
    "allow-group": ALLOWED + "SystemCallFilter=~@privileged:EPERM\n",
    "allow-unlisted": ALLOWED + "SystemCallFilter=~mount:EBADF\n",
    "allow-again": ALLOWED + "SystemCallFilter=~uname:EPERM\nSystemCallFilter=uname\n",
    "allow-removed": ALLOWED + "SystemCallFilter=~uname:EPERM\nSystemCallFilter=~uname\n",
    "allow-last-counts": ALLOWED + "SystemCallFilter=~@swap:EPERM swapon:kill\n",
    "allow-default": HEAD + "SystemCallFilter=read\nSystemCallFilter=~@default time:EPERM\n",
    "deny-errno": HEAD + "SystemCallFilter=~mount:EPERM uname @swap:5\nSystemCallFilter=swapon\n",
    "deny-number": HEAD + "SystemCallErrorNumber=EACCES\nSystemCallFilter=~uname\n",
    "reset-kind": HEAD + "SystemCallFilter=~uname\nSystemCallFilter=\nSystemCallFilter=read\n",
    "first-decides": HEAD + "SystemCallFilter=~\nSystemCallFilter=read\n",
    "known": HEAD + "SystemCallFilter=@known\nSystemCallFilter=~@obsolete\n",
    # Numbers and names.
    "numbers": HEAD + "SystemCallFilter=~read:010 write:0x10 mount:+5 acct:0b11 bpf:0o17 dup:4095\n",
    "names": HEAD + "SystemCallFilter=~ptrace:eperm pipe:ENOTSUP dup:EWOULDBLOCK mount:EDEADLK\n",
    "number-octal": HEAD + "SystemCallErrorNumber=010\nSystemCallFilter=~uname\n",
    "number-empty": HEAD + "SystemCallErrorNumber=1\nSystemCallErrorNumber=\nSystemCallFilter=~uname\n",
    "number-kill": HEAD + "SystemCallErrorNumber=1\nSystemCallErrorNumber=kill\n"
                   "SystemCallFilter=~uname\n",
    # What is skipped.
    "bad-errno": HEAD + "SystemCallFilter=~open:EPREM bpf:Kill dup:4096 dup2:-1 brk: uname\n",
    "bad-number": HEAD + "SystemCallErrorNumber=5\nSystemCallErrorNumber=0\n"
                  "SystemCallErrorNumber=1 2\nSystemCallErrorNumber=Kill\nSystemCallFilter=~uname\n",
    "bad-group": HEAD + "SystemCallFilter=@nosuch mount\n",
    "bad-group-alone": HEAD + "SystemCallFilter=@nosuch\n",
    "bad-group-denied": HEAD + "SystemCallFilter=~@nosuch @Swap\n",
    "bad-names": HEAD + "SystemCallFilter=~read,write ~uname :EPERM mount:EPERM:1 pread 5 ptrace\n",
    "bad-quotes": HEAD + "SystemCallFilter=~'read' \"write\" mount\n",
    "errno-of-allowed": HEAD + "SystemCallFilter=~mount\nSystemCallFilter=mount:EPERM\n",
    "arch-unknown": HEAD + "SystemCallArchitectures=native bogus amd64\nSystemCallFilter=~uname\n",
    "arch-unknown-alone": HEAD + "SystemCallArchitectures=bogus\nSystemCallFilter=~uname\n",
    "arch-quotes": HEAD + "SystemCallArchitectures='native' \"x86\"\n",
    "arch-reset": HEAD + "SystemCallArchitectures=native\nSystemCallArchitectures=\n",
    "section-x": HEAD + "[X-Note]\nSystemCallFilter=~uname\n[Service]\nSystemCallFilter=~mount\n",
    "section-other": HEAD + "[Socket]\nSystemCallFilter=~mount\n",
    "section-none": "SystemCallFilter=~ptrace\n" + HEAD + "SystemCallFilter=~mount\n",
    "section-broken": HEAD + "SystemCallFilter=~mount\n[Install\n",
    "section-comment": HEAD + "[Service] # again\nSystemCallFilter=~mount\n",
    "not-utf-8": HEAD + "SystemCallFilter=~mount\xff\n",
    "letter-case": HEAD + "systemcallfilter=~mount\nSystemCallFilters=~mount\nSystemCallFilter =~ptrace\n",
    "junk": HEAD + "junk\n=x\nSystemCallFilter=~mount\n",
    # Lines.
    "backslash": HEAD + "SystemCallFilter=~mou\\nt mknod\\:EPERM\n",
    "backslash-blank": HEAD + "SystemCallFilter=~read \\ \nwrite\n",
    "backslash-twice": HEAD + "SystemCallFilter=~read \\\\\nwrite\n",
    "continued": HEAD + "SystemCallFilter=~mount \\\n# a comment\n ptrace\\\n:EPERM \\\n\tbpf\n",
    "continued-empty": HEAD + "SystemCallFilter=~mount \\\n\nSystemCallFilter=~ptrace\n",
    "continued-section": HEAD + "SystemCallFilter=~mount \\\n[Foo]\nSystemCallFilter=~bpf\n",
    "continued-end": HEAD + "SystemCallFilter=~mount \\",
    "carriage-return": HEAD + "SystemCallFilter=~mount\rSystemCallFilter=~ptrace\r\n",
    "comment-behind": HEAD + " ; a comment\nSystemCallFilter=~mount ; uname # getpid\n",
    "mark": "\xef\xbb\xbf" + HEAD + "SystemCallFilter=~mount\n",
    "mark-later": HEAD + "\xef\xbb\xbfSystemCallFilter=~mount\n\xef\xbb\xbfSystemCallFilter=~bpf\n",
    "mark-continued": HEAD + "SystemCallFilter=~mount \\\n\xef\xbb\xbfbpf\n",
    "section-blanks": "[ Service ]\nSystemCallFilter=~mount\n" + HEAD + "SystemCallFilter=~bpf\n",
    "before-all": "junk\nx=y\n[x-note]\n\\\n" + HEAD + "SystemCallFilter=~bpf\n",
    # Lines have an end. The limits are of the line alone and of what a backslash joins to it.
    "long": HEAD + "SystemCallFilter=~mount\n#" + " " * (2**20 - 2) + "\n",
    "too-long": HEAD + "SystemCallFilter=~mount\n#" + " " * (2**20 - 1) + "\n",
    "too-long-last": HEAD + "SystemCallFilter=~mount\n" + " " * 2**20,
    "long-joined": HEAD + "SystemCallFilter=~" + " " * (2**20 - 24) + "\\\nmount\n",
    "too-long-joined": HEAD + "SystemCallFilter=~" + " " * (2**20 - 23) + "\\\nmount\n",
    "form-feed": HEAD + "SystemCallFilter=~\x0bmount\x0cuname\n",
}

KILL = 2147483646  # what systemd prints as SystemCallErrorNumber= when it kills


def write(folder):
    for name, text in UNITS.items():
        with open(os.path.join(folder, name + ".service"), "wb") as file:
            file.write(text.encode("latin-1"))


def theirs(shown, native):
    """(what is done by default, {call: what is done with it}, ABIs); None: not loaded."""
    if shown["LoadState"] != "loaded":
        return None
    number = int(shown["SystemCallErrorNumber"])
    refused = "kill" if number == KILL else str(number)
    text = shown["SystemCallFilter"]
    denies = text.startswith("~")
    calls = {}
    for word in text.lstrip("~").split():
        call, colon, verdict = word.partition(":")
        if call in native:
            verdict = str(getattr(errno, verdict, verdict))
            calls[call] = verdict if colon else refused if denies else "allow"
    return "allow" if denies else refused, calls, sorted(shown["SystemCallArchitectures"].split())


def ours(folder, name, learn, native):
    unit = os.path.join(folder, name + ".service")
    run = subprocess.run([learn, "merge", "-q", "-f", "oci", unit], capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        if "without a seccomp profile" in run.stderr:
            return "allow", {}, []
        return None

    def verdict(action, number):
        return {"SCMP_ACT_ALLOW": "allow", "SCMP_ACT_ERRNO": str(number)}.get(action, "kill")

    profile = json.loads(run.stdout)
    default = verdict(profile["defaultAction"], profile.get("defaultErrnoRet"))
    calls = {call: verdict(entry["action"], entry.get("errnoRet"))
             for entry in profile["syscalls"] for call in entry["names"] if call in native}
    # Without ABIs: "native" alone. All three of the machine: systemd was told none.
    abis = {"SCMP_ARCH_X86_64": None, "SCMP_ARCH_X86": "x86", "SCMP_ARCH_X32": "x32"}
    found = [abis[abi] for abi in profile.get("architectures", [])]
    if len(found) == 3:
        return default, calls, []
    return default, calls, sorted(["native"] + [abi for abi in found if abi is not None])


def properties(path):
    """What "systemctl show" printed: {unit: {property: value}}."""
    with open(path, encoding="utf-8") as file:
        units = [dict(line.split("=", 1) for line in unit.splitlines())
                 for unit in file.read().strip().split("\n\n")]
    return {unit["Id"]: unit for unit in units}


def comparable(read):
    """Without rules that say what holds by default, and without those systemd does not print."""
    if read is None:
        return None
    default, calls, abis = read
    return default, {call: verdict for call, verdict in calls.items()
                     if verdict != default and "allow" in (verdict, default)}, abis


def compare(folder, shown, learn):
    run = subprocess.run([learn, "show", "--json", os.path.join(folder, "known.service")],
                         capture_output=True, text=True, check=True)
    native = set(json.loads(run.stdout)["abis"]["x86_64"])
    units = properties(shown)
    differ = False
    for name in UNITS:
        expected = comparable(theirs(units[name + ".service"], native))
        got = comparable(ours(folder, name, learn, native))
        if expected != got:
            differ = True
            print(f"{name}:\n  systemd: {expected}\n  we:      {got}")
    return differ


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2])
    else:
        sys.exit(compare(*sys.argv[2:]))
