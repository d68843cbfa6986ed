#include "layer_tables.h"

#include "array.h"

/* The time calls of the vDSO take 64-bit times only on these. */
#define ABIS_32BIT "x86,arm,ppc,s390,mips,mipsel,mips64n32,mipsel64n32,m68k,sheb,sh,parisc"

/*
 * Go makes an epoll instance when it first opens a file and asks it when a thread finds nothing to
 * do, and 10 ms after the last time: of 150 recordings of a program that prints a file, 30 had that
 * call (Go 1.19, x86_64). Where it is refused, Go ends the program: "runtime: netpoll failed".
 */
#define POLLER                                                                                \
	"Go asks the epoll instance that it made when it has nothing else to do, and aborts " \
	"without"

static const struct builtin_entry core_entries[] = {
	{.name = "exit", .reason = "a thread ends; a recording that was stopped early lacks it"},
	{.name = "exit_group",
	 .reason = "a process ends; a recording that was stopped early lacks it"},
	{.name = "rt_sigreturn",
	 .reason = "returning from a signal handler, which a run may never enter"},
	{.name = "sigreturn",
	 .reason = "returning from an old-style signal handler",
	 .abis = "x86,arm"},
	{.name = "restart_syscall",
	 .reason = "the kernel makes it after a stop (Ctrl-Z, a debugger) in a sleep"},
	{.name = "execve", .reason = "the container runtime starts the program under the profile"},
	{.name = "epoll_pwait", .reason = POLLER, .with = "epoll_create1"},
	{.name = "epoll_wait",
	 .reason = POLLER ", on some ABIs by this call before Go 1.20",
	 .abis = "x86,arm,mips,mipsel,ppc64,ppc64le,s390x",
	 .with = "epoll_create1"},
	{0},
};

#define VDSO "served without a system call where the vDSO can read the clock, a real call elsewhere"

static const struct builtin_entry vdso_entries[] = {
	{.name = "clock_gettime", .reason = VDSO},
	{.name = "clock_gettime64", .reason = VDSO, .abis = ABIS_32BIT},
	{.name = "clock_getres", .reason = VDSO},
	{.name = "gettimeofday", .reason = VDSO},
	{.name = "time", .reason = VDSO},
	{.name = "getcpu", .reason = "served by the vDSO, a real call where there is none"},
	{0},
};

/*
 * What runtimes call between loading the filter and executing the program, for run, create and
 * start, and exec. Where new privileges are allowed they load it before they give up their own,
 * because afterwards they could not; what follows is `privileged`.
 *
 * Measured by tests/containers/remake-layers: 152 starts of each runtime, with and without
 * noNewPrivileges; the numbers of starts are from there. With these calls and no others, 114 of 114
 * starts of each went well under a default that kills. "Fails" is what it does where the call gets
 * ENOSYS. tests/containers/runtimes.bats compares with the versions that are installed.
 *
 * What Go does by chance is rarer than 152 starts can show. Of 2,600 starts by create and start, on
 * two busy processors, one had sched_yield: the thread comes back from the fifo, another has the
 * scheduler's lock, and a lock of Go's lets others run before it waits by futex. And when Go collects
 * garbage just then: of 960 runs with a config.json of up to 1.2 MB (as of a pod with the variables
 * of many services) 7 had mmap, 4 epoll_pwait and 2 sched_yield; none of those below 350 KB.
 */
static const struct builtin_entry runc_entries[] = {
	{.name = "close",
	 .reason = "closes its log pipe and what else must not be inherited; fails without it"},
	{.name = "execve", .reason = "executes the program"},
	{.name = "fstatfs", .reason = "checks that /proc/self/fd is on procfs; fails without it"},
	{.name = "futex",
	 .reason =
		 "one thread of Go's wakes another, or waits, in 2 of 3 starts; fails without it"},
	{.name = "getdents64",
	 .reason = "lists its descriptors in /proc/self/fd; fails without it"},
	{.name = "openat",
	 .reason = "opens the fifo that runc start waits at, and /proc/self/fd; fails without it"},
	{.name = "rt_sigreturn",
	 .reason = "Go stops threads by SIGURG, in 1 of 4 starts; crashes without it"},
	{.name = "sched_yield",
	 .reason = "Go lets others run before it waits for a lock, in 1 of 2,600 starts; can do "
		   "without it"},
	{.name = "write",
	 .reason = "writes to the fifo that runc start waits at; fails without it"},
	{.name = "epoll_pwait",
	 .reason = "Go asks its poller after it has collected garbage, with a large config.json; "
		   "fails without it"},
	{.name = "mmap",
	 .reason = "Go takes memory when it collects garbage, with a large config.json; fails "
		   "without it"},
	{.name = "epoll_ctl",
	 .reason = "Go offers files that it opens to its poller; can do without it"},
	{.name = "getpid",
	 .reason = "puts its process number into the state for hooks; can do without it"},
	{.name = "capget",
	 .reason = "reads its capabilities; fails without it",
	 .privileged = true},
	{.name = "capset",
	 .reason = "sets the capabilities of the container; fails without it",
	 .privileged = true},
	{.name = "chdir",
	 .reason = "goes to the working directory; fails without it",
	 .privileged = true},
	{.name = "faccessat2",
	 .reason = "asks whether the program may be executed; fails without it",
	 .privileged = true},
	{.name = "fchown",
	 .reason = "gives the standard streams to a user who is not root; fails without it",
	 .privileged = true},
	{.name = "fcntl",
	 .reason = "sets close-on-exec on its descriptors; goes on without it",
	 .privileged = true},
	{.name = "fstat",
	 .reason = "looks at the standard streams and /proc/self/setgroups; fails without it",
	 .privileged = true},
	{.name = "getcwd",
	 .reason = "checks that the working directory is in the container; fails without it",
	 .privileged = true},
	{.name = "getppid",
	 .reason = "checks that its parent lives; fails without it",
	 .privileged = true},
	{.name = "newfstatat",
	 .reason = "looks at /dev/null, and for the program; fails without it",
	 .privileged = true},
	{.name = "prctl",
	 .reason = "drops capabilities and keeps others across setuid; fails without it",
	 .privileged = true},
	{.name = "read",
	 .reason = "reads /proc/self/status, /etc/passwd, /etc/group; fails without it",
	 .privileged = true},
	{.name = "setgid",
	 .reason = "takes the group of the container; fails without it",
	 .privileged = true},
	{.name = "setgroups",
	 .reason = "takes the groups of the container; fails without it",
	 .privileged = true},
	{.name = "setuid",
	 .reason = "takes the user of the container; fails without it",
	 .privileged = true},
	{0},
};

static const struct builtin_entry crun_entries[] = {
	{.name = "execve", .reason = "executes the program"},
	{.name = "close", .reason = "closes what it has used up; can do without it"},
	{.name = "umask", .reason = "crun exec: sets it; can do without it"},
	{.name = "write",
	 .reason = "tells crun outside that it is ready; can do without it with noNewPrivileges "
		   "only"},
	{.name = "capset",
	 .reason = "sets the capabilities of the container; fails without it",
	 .privileged = true},
	{.name = "fchown",
	 .reason = "crun exec: gives the standard streams to the user; fails without it",
	 .privileged = true},
	{.name = "ioctl",
	 .reason = "crun exec: asks whether the standard streams are terminals; can do without it",
	 .privileged = true},
	{.name = "openat",
	 .reason = "crun exec: opens /proc/self/setgroups; fails without it",
	 .privileged = true},
	{.name = "prctl",
	 .reason = "drops capabilities and keeps others across setresuid; fails without it",
	 .privileged = true},
	{.name = "pselect6",
	 .reason = "crun create: waits for crun start; fails without it",
	 .privileged = true},
	{.name = "read",
	 .reason = "crun create: hears from crun start; crun exec: /proc/self/setgroups; fails "
		   "without it",
	 .privileged = true},
	{.name = "rt_sigaction",
	 .reason = "sets all signals to their defaults; fails without it",
	 .privileged = true},
	{.name = "rt_sigprocmask",
	 .reason = "lets signals through again; fails without it",
	 .privileged = true},
	{.name = "setgroups",
	 .reason = "crun exec: takes the groups of the container; fails without it",
	 .privileged = true},
	{.name = "setresgid",
	 .reason = "takes the group of the container; fails without it",
	 .privileged = true},
	{.name = "setresuid",
	 .reason = "takes the user of the container; fails without it",
	 .privileged = true},
	{.name = "statx",
	 .reason = "crun exec: the size of /proc/self/setgroups; fails without it",
	 .privileged = true},
	{0},
};

const struct builtin_layer builtin_layers[] = {
	{.name = "core",
	 .help = "starting, ending, and returning from signals",
	 .on = true,
	 .entries = core_entries},
	{.name = "vdso",
	 .help = "clock calls that only some machines make",
	 .on = true,
	 .entries = vdso_entries},
	{.name = "runc",
	 .help = "what runc calls before it executes the program",
	 .runtime = "runc 1.1.5 (Go 1.19, x86_64)",
	 .entries = runc_entries},
	{.name = "runc-nnp",
	 .help = "... with noNewPrivileges",
	 .runtime = "runc 1.1.5 (Go 1.19, x86_64)",
	 .unprivileged = true,
	 .entries = runc_entries},
	{.name = "crun",
	 .help = "what crun calls before it executes the program",
	 .runtime = "crun 1.8.1 (glibc 2.36, x86_64)",
	 .entries = crun_entries},
	{.name = "crun-nnp",
	 .help = "... with noNewPrivileges",
	 .runtime = "crun 1.8.1 (glibc 2.36, x86_64)",
	 .unprivileged = true,
	 .entries = crun_entries},
	{.name = "variants",
	 .help = "for recorded calls, those that another libc or kernel makes instead",
	 .variants = true},
};

const size_t builtin_layer_count = ARRAY_SIZE(builtin_layers);

/* As of 2026, by default. */
const struct engine engine_table[] = {
	{"docker", "runc"},         {"containerd", "runc"},    {"nerdctl", "runc"},
	{"podman", "crun or runc"}, {"cri-o", "crun or runc"}, {"crio", "crun or runc"},
	{"kubernetes", "runc"},     {"k8s", "runc"},
};

const size_t engine_count = ARRAY_SIZE(engine_table);
