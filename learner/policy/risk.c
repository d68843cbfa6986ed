#include "risk.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"

/*
 * Sources: what a call does and which capability it needs are from the Linux manual pages
 * (man-pages 6, sections 2 and capabilities(7)) and, for calls that have no page yet, from the
 * kernel's own documentation; how Docker has it is its default profile (github.com/moby/profiles,
 * seccomp/default.json, 2025) and the reasons that its documentation gives ("Seccomp security
 * profiles for Docker"). In our own words. Sorted by name.
 */
#define NEVER "never allows it"
#define WITH(capability) "allows it only with " capability
#define OLD(name, successor)                                         \
	{                                                            \
		name, RISK_MINOR, "an old form of " successor, NULL, \
			"leaves it out: C libraries "                \
			"no longer use it"                           \
	}
#define EMPTY(name)                                                                           \
	{                                                                                     \
		name, RISK_MINOR, "does nothing: current kernels have only its number", NULL, \
			NEVER                                                                 \
	}
#define MOUNT(name, what)                                                      \
	{                                                                      \
		name, RISK_RISKY, what, "CAP_SYS_ADMIN", WITH("CAP_SYS_ADMIN") \
	}
#define KEYS(name, what)                                                                  \
	{                                                                                 \
		name, RISK_RISKY, what, NULL, NEVER ": keyrings are shared by containers" \
	}
#define CLOCK(name)                                                                   \
	{                                                                             \
		name, RISK_RISKY, "sets the clock of the whole host", "CAP_SYS_TIME", \
			WITH("CAP_SYS_TIME")                                          \
	}
#define MODULE(name, what)                                                       \
	{                                                                        \
		name, RISK_RISKY, what, "CAP_SYS_MODULE", WITH("CAP_SYS_MODULE") \
	}
#define RING(name, what)                                                                    \
	{                                                                                   \
		name, RISK_RISKY, what, NULL, NEVER ": it has been a way out of containers" \
	}
#define NUMA(name, what)                                           \
	{                                                          \
		name, RISK_RISKY, what, NULL, WITH("CAP_SYS_NICE") \
	}
#define PORTS(name, what)                                                      \
	{                                                                      \
		name, RISK_RISKY, what, "CAP_SYS_RAWIO", WITH("CAP_SYS_RAWIO") \
	}
#define PCI(name)                                                                             \
	{                                                                                     \
		name, RISK_RISKY, "reaches the PCI devices' settings", "CAP_SYS_ADMIN", NEVER \
	}
#define OTHERS(name, what)                                                       \
	{                                                                        \
		name, RISK_RISKY, what, "CAP_SYS_PTRACE", WITH("CAP_SYS_PTRACE") \
	}
#define POWERPC(name, what)                         \
	{                                           \
		name, RISK_MINOR, what, NULL, NEVER \
	}

static const struct risk table[] = {
	{"_sysctl", RISK_MINOR, "an old way to kernel settings, gone from current kernels", NULL,
	 NEVER},
	{"acct", RISK_RISKY, "turns process accounting on or off, for others too", "CAP_SYS_PACCT",
	 WITH("CAP_SYS_PACCT")},
	KEYS("add_key", "puts keys into the kernel's keyrings"),
	EMPTY("afs_syscall"),
	{"bdflush", RISK_MINOR, "has no effect any more", "CAP_SYS_ADMIN", NEVER},
	{"bpf", RISK_RISKY, "loads programs into the kernel, and reads what they see of it",
	 "CAP_BPF or CAP_SYS_ADMIN", WITH("CAP_BPF or CAP_SYS_ADMIN")},
	EMPTY("break"),
	{"cachectl", RISK_MINOR, "sets how a MIPS processor caches pages", NULL, NEVER},
	{"chroot", RISK_RISKY,
	 "changes the root directory; a process that keeps a directory "
	 "outside of it gets out again",
	 "CAP_SYS_CHROOT", WITH("CAP_SYS_CHROOT")},
	CLOCK("clock_settime"),
	CLOCK("clock_settime64"),
	{"clone", RISK_RISKY,
	 "starts processes and threads; by its flags also makes namespaces, "
	 "and a new user namespace opens much of the kernel to anybody",
	 "CAP_SYS_ADMIN for namespaces other than user",
	 "without CAP_SYS_ADMIN allows it only without namespace flags"},
	{"clone3", RISK_RISKY, "as clone, but its flags lie in memory, where no filter sees them",
	 "CAP_SYS_ADMIN for namespaces other than user",
	 "without CAP_SYS_ADMIN answers ENOSYS, so that the C library takes clone"},
	EMPTY("create_module"),
	MODULE("delete_module", "removes a module from the kernel"),
	{"fanotify_init", RISK_RISKY,
	 "watches files of whole mounts, and can hold up those who "
	 "open them",
	 "CAP_SYS_ADMIN for most of it", WITH("CAP_SYS_ADMIN")},
	{"file_getattr", RISK_MINOR, "reads a file's inode flags; new in Linux 6.17", NULL,
	 "does not know it yet"},
	{"file_setattr", RISK_RISKY, "sets a file's inode flags; new in Linux 6.17",
	 "CAP_LINUX_IMMUTABLE for immutable and append-only", "does not know it yet"},
	MODULE("finit_module", "loads a module into the kernel, from a file"),
	MOUNT("fsconfig", "sets up a file system to be mounted, and makes the kernel parse it"),
	MOUNT("fsmount", "makes a mount"),
	MOUNT("fsopen", "begins to mount a file system"),
	MOUNT("fspick", "begins to change a mounted file system"),
	EMPTY("ftime"),
	EMPTY("get_kernel_syms"),
	NUMA("get_mempolicy", "tells on which memory nodes pages lie"),
	EMPTY("getpmsg"),
	EMPTY("gtty"),
	EMPTY("idle"),
	MODULE("init_module", "loads a module into the kernel"),
	RING("io_uring_enter", "does I/O, opens and connects by requests that no filter sees"),
	RING("io_uring_register", "hands files and memory to a ring that no filter sees into"),
	RING("io_uring_setup", "makes a ring for I/O requests that no filter sees"),
	PORTS("ioperm", "gives access to I/O ports, and so to hardware"),
	PORTS("iopl", "gives access to all I/O ports, and so to hardware"),
	OTHERS("kcmp", "tells which kernel objects two processes share"),
	{"kexec_file_load", RISK_RISKY, "loads another kernel to be run", "CAP_SYS_BOOT", NEVER},
	{"kexec_load", RISK_RISKY, "loads another kernel to be run", "CAP_SYS_BOOT", NEVER},
	KEYS("keyctl", "reads and changes the kernel's keyrings"),
	EMPTY("lock"),
	{"lookup_dcookie", RISK_RISKY, "tells paths of the host to an old profiler",
	 "CAP_SYS_ADMIN", WITH("CAP_SYS_ADMIN")},
	{"lsm_get_self_attr", RISK_MINOR, "reads the process's own security label", NULL,
	 WITH("CAP_SYS_ADMIN")},
	{"lsm_list_modules", RISK_MINOR, "lists the kernel's security modules", NULL,
	 WITH("CAP_SYS_ADMIN")},
	{"lsm_set_self_attr", RISK_RISKY, "changes the process's own security label",
	 "what the security module asks for", WITH("CAP_SYS_ADMIN")},
	NUMA("mbind", "decides on which memory nodes pages lie"),
	{"migrate_pages", RISK_RISKY, "moves a process's pages to other memory nodes",
	 "CAP_SYS_NICE for other users' processes", NEVER},
	{"modify_ldt", RISK_RISKY, "makes segments for 16-bit and 32-bit code; has had many bugs",
	 NULL, "allows it on x86 only"},
	MOUNT("mount", "mounts file systems, and changes mounts"),
	MOUNT("mount_setattr", "changes mounts, read-only ones for example"),
	MOUNT("move_mount", "puts a mount into its place"),
	{"move_pages", RISK_RISKY, "moves a process's pages to other memory nodes",
	 "CAP_SYS_NICE for other users' processes", NEVER},
	EMPTY("mpx"),
	EMPTY("multiplexer"),
	EMPTY("nfsservctl"),
	OLD("nice", "setpriority"),
	OLD("oldfstat", "fstat"),
	OLD("oldlstat", "lstat"),
	OLD("oldolduname", "uname"),
	OLD("oldstat", "stat"),
	OLD("olduname", "uname"),
	{"open_by_handle_at", RISK_RISKY,
	 "opens files by their number, past all directories: "
	 "also those outside the container's root",
	 "CAP_DAC_READ_SEARCH", WITH("CAP_DAC_READ_SEARCH")},
	MOUNT("open_tree", "copies mounts"),
	{"open_tree_attr", RISK_RISKY, "copies mounts and changes them; new in Linux 6.15",
	 "CAP_SYS_ADMIN", "does not know it yet"},
	PCI("pciconfig_iobase"),
	PCI("pciconfig_read"),
	PCI("pciconfig_write"),
	{"perf_event_open", RISK_RISKY,
	 "watches processes and the kernel at work, which tells "
	 "their secrets; has had many bugs",
	 "CAP_PERFMON, as kernel.perf_event_paranoid says", WITH("CAP_PERFMON or CAP_SYS_ADMIN")},
	{"personality", RISK_RISKY, "can turn off address randomisation and make data executable",
	 NULL, "allows it only with 0, 8, 0x20000, 0x20008 and 0xffffffff (asking)"},
	OTHERS("pidfd_getfd", "takes open files from another process"),
	{"pivot_root", RISK_RISKY, "changes the root of the mount namespace", "CAP_SYS_ADMIN",
	 NEVER},
	OTHERS("process_madvise", "tells the kernel how to treat another process's memory"),
	{"process_vm_readv", RISK_RISKY, "reads another process's memory",
	 "CAP_SYS_PTRACE for other users' processes",
	 "allows it from Linux 4.8 on, or with CAP_SYS_PTRACE"},
	{"process_vm_writev", RISK_RISKY, "writes another process's memory",
	 "CAP_SYS_PTRACE for other users' processes",
	 "allows it from Linux 4.8 on, or with CAP_SYS_PTRACE"},
	EMPTY("prof"),
	EMPTY("profil"),
	{"ptrace", RISK_RISKY,
	 "reads and controls other processes; before Linux 4.8 also a way "
	 "past filters",
	 "CAP_SYS_PTRACE for other users' processes",
	 "allows it from Linux 4.8 on, or with CAP_SYS_PTRACE"},
	EMPTY("putpmsg"),
	EMPTY("query_module"),
	{"quotactl", RISK_RISKY, "reads and sets quotas of file systems", "CAP_SYS_ADMIN",
	 WITH("CAP_SYS_ADMIN")},
	{"quotactl_fd", RISK_RISKY, "reads and sets quotas of file systems", "CAP_SYS_ADMIN",
	 WITH("CAP_SYS_ADMIN")},
	OLD("readdir", "getdents"),
	{"reboot", RISK_RISKY, "restarts or halts the machine", "CAP_SYS_BOOT",
	 WITH("CAP_SYS_BOOT")},
	KEYS("request_key", "looks keys up, and makes the kernel start a helper to get them"),
	{"rtas", RISK_RISKY, "calls a PowerPC machine's firmware", "CAP_SYS_ADMIN", NEVER},
	{"s390_guarded_storage", RISK_MINOR, "turns a processor feature on for the thread", NULL,
	 NEVER},
	{"s390_sthyi", RISK_MINOR, "tells what the hypervisor says of the machine", NULL, NEVER},
	EMPTY("security"),
	NUMA("set_mempolicy", "decides on which memory nodes pages lie"),
	NUMA("set_mempolicy_home_node", "decides on which memory node pages lie"),
	{"setdomainname", RISK_RISKY, "sets the NIS domain name of the UTS namespace",
	 "CAP_SYS_ADMIN", WITH("CAP_SYS_ADMIN")},
	{"sethostname", RISK_RISKY, "sets the host name of the UTS namespace", "CAP_SYS_ADMIN",
	 WITH("CAP_SYS_ADMIN")},
	{"setns", RISK_RISKY, "enters other namespaces", "CAP_SYS_ADMIN", WITH("CAP_SYS_ADMIN")},
	CLOCK("settimeofday"),
	OLD("sgetmask", "rt_sigprocmask"),
	OLD("sigaction", "rt_sigaction"),
	OLD("signal", "rt_sigaction"),
	OLD("sigpending", "rt_sigpending"),
	OLD("sigsuspend", "rt_sigsuspend"),
	{"socket", RISK_RISKY,
	 "opens sockets of any family: some reach the hypervisor "
	 "(AF_VSOCK), others rarely tested kernel code",
	 "CAP_NET_RAW for raw and packet sockets",
	 "allows it by family: not AF_VSOCK, AF_ALG and rare protocols"},
	POWERPC("spu_create", "makes a context for a Cell processor's helper units"),
	POWERPC("spu_run", "runs code on a Cell processor's helper units"),
	OLD("ssetmask", "rt_sigprocmask"),
	CLOCK("stime"),
	EMPTY("stty"),
	POWERPC("subpage_prot", "protects parts of pages"),
	{"swapoff", RISK_RISKY, "stops swapping to a device, for the whole host", "CAP_SYS_ADMIN",
	 NEVER},
	{"swapon", RISK_RISKY, "starts swapping to a device, for the whole host", "CAP_SYS_ADMIN",
	 NEVER},
	POWERPC("switch_endian", "changes the byte order of the thread"),
	POWERPC("sys_debug_setcontext", "sets registers and debugging of the thread"),
	{"syscall", RISK_RISKY, "makes any other call: its number is an argument", NULL, NEVER},
	{"sysfs", RISK_MINOR, "lists the kernel's file system types", NULL, NEVER},
	{"syslog", RISK_RISKY, "reads and clears the kernel's log, which tells its addresses",
	 "CAP_SYSLOG, as kernel.dmesg_restrict says", WITH("CAP_SYSLOG or CAP_SYS_ADMIN")},
	{"sysmips", RISK_MINOR, "old services of MIPS kernels", NULL, NEVER},
	EMPTY("timerfd"),
	EMPTY("tuxcall"),
	EMPTY("ulimit"),
	MOUNT("umount", "takes mounts away, also those that hide something"),
	MOUNT("umount2", "takes mounts away, also those that hide something"),
	{"unshare", RISK_RISKY,
	 "makes namespaces, and a new user namespace opens much of the "
	 "kernel to anybody",
	 "CAP_SYS_ADMIN for namespaces other than user", WITH("CAP_SYS_ADMIN")},
	{"uprobe", RISK_MINOR, "serves the kernel's own probes; new in Linux 6.18", NULL,
	 "does not know it yet"},
	{"uselib", RISK_MINOR, "loads a library in a form of the past", NULL, NEVER},
	{"userfaultfd", RISK_RISKY,
	 "lets a process handle page faults, and so stop the kernel "
	 "where it likes: a help for exploits",
	 "CAP_SYS_PTRACE for faults in the kernel", NEVER},
	{"ustat", RISK_MINOR, "an old form of statfs", NULL, NEVER},
	{"vhangup", RISK_RISKY, "hangs up the terminal", "CAP_SYS_TTY_CONFIG",
	 WITH("CAP_SYS_TTY_CONFIG")},
	{"vm86", RISK_RISKY, "runs 16-bit code in a mode of its own; has had bugs", NULL, NEVER},
	{"vm86old", RISK_RISKY, "runs 16-bit code in a mode of its own; has had bugs", NULL, NEVER},
	{"vmsplice", RISK_RISKY,
	 "puts the process's own pages into a pipe, not copies; the way in of CVE-2008-0600 and of "
	 "CVE-2020-29374",
	 NULL, "allows it; Podman's profile does not"},
	EMPTY("vserver"),
};

static int compare_name(const void *key, const void *element)
{
	return strcmp(key, ((const struct risk *)element)->name);
}

const struct risk *risk_of(const char *name)
{
	return bsearch(name, table, ARRAY_SIZE(table), sizeof(table[0]), compare_name);
}

const char *risk_level_name(enum risk_level level)
{
	return level == RISK_RISKY ? "risky" : "minor";
}
