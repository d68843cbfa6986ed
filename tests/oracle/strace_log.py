"""Reads what `strace -f -n` logged, as sets of system call names per ABI.

A line is "PID [NUMBER] NAME(...". The number decides which ABI a call belongs to: the message
"[ Process PID=1 runs in 32 bit mode. ]" appears only when strace notices a change, not for a
process that starts in that mode. The name is taken from libseccomp by ABI and number, because
strace shows the calls inside socketcall and ipc as if they were calls of their own.
"""

import ctypes
import platform
import re

# ABI name and libseccomp's token (an AUDIT_ARCH value), the machine's own ABI first.
_X86_64 = ("x86_64", 0xC000003E)
_X86 = ("x86", 0x40000003)
_AARCH64 = ("aarch64", 0xC00000B7)
_ARM = ("arm", 0x40000028)
_ABIS = {"x86_64": (_X86_64, _X86), "i686": (_X86,), "aarch64": (_AARCH64, _ARM), "armv7l": (_ARM,)}
_X32_BIT = 0x40000000

_CALL = re.compile(r"^(\d+) +\[ *(-?\d+|0x[0-9a-f]+)\] ([a-z_][a-z0-9_]*)\(")
_MODE = re.compile(r"\[ Process PID=(\d+) runs in (\S+) (?:bit )?mode\. \]")
_MODES = {"64": "x86_64", "32": "x86", "x32": "x32"}

# Everything else that a log holds: ends of calls, signals, ends of processes, and calls whose
# number strace could not read because the thread was killed in the meantime.
_NOISE = re.compile(r"^(\d+) +(?:\[[^]]*\] )?(<\.\.\. |--- |\+\+\+ |\?{3,}|strace: )|^strace: ")


class Names:
    """System call names by ABI and number, from libseccomp."""

    def __init__(self):
        self.abis = dict(_ABIS[platform.machine()])
        self._cache = {}
        library = ctypes.CDLL("libseccomp.so.2")
        self._resolve = library.seccomp_syscall_resolve_num_arch
        self._resolve.argtypes = [ctypes.c_uint32, ctypes.c_int]
        self._resolve.restype = ctypes.c_void_p
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = [ctypes.c_void_p]

    def name(self, abi, number):
        key = (abi, number)
        if key not in self._cache:
            text = self._resolve(self.abis[abi], number)
            self._cache[key] = ctypes.string_at(text).decode() if text else None
            self._free(text)
        return self._cache[key]


def _abi_of(names, number, shown, believed):
    fitting = [abi for abi in names.abis if names.name(abi, number) == shown]
    if len(fitting) == 1:
        return fitting[0]
    # The same call has the same number on both (from 424 on), or strace's name is not libseccomp's.
    return believed if not fitting or believed in fitting else fitting[0]


def parse(path, names):
    """{abi: set of names}. A number without a name is "#NUMBER". The first execve does not count:
    with it strace starts the workload."""
    found = {}
    believed = {}
    latest = next(iter(names.abis))
    started = False
    with open(path, errors="replace") as log:
        for line_number, line in enumerate(log, 1):
            mode = _MODE.search(line)
            if mode:
                believed[mode[1]] = latest = _MODES[mode[2]]
                continue
            call = _CALL.match(line)
            if not call:
                if not _NOISE.match(line):
                    raise ValueError(f"{path}:{line_number}: not a line of strace: {line!r}")
                continue
            if not started:
                if call[3] != "execve":
                    raise ValueError(f"{path}:{line_number}: expected the first execve: {line!r}")
                started = True
                continue
            pid, number = call[1], int(call[2], 0)
            if number != -1 and number & _X32_BIT:
                abi, name = "x32", names.name("x86_64", number & ~_X32_BIT)
            else:
                abi = _abi_of(names, number, call[3], believed.get(pid, latest))
                name = names.name(abi, number)
            believed[pid] = latest = abi
            found.setdefault(abi, set()).add(name or f"#{number}")
    if not started:
        raise ValueError(f"{path}: empty log")
    return found
