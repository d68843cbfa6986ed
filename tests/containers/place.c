/*
 * Starts a command in a place of its own: what the tests of containers need around a recording or a
 * runtime, in one process where unshare, mount, pivot_root, env and timeout would be eight.
 *
 *   place [OPTION ARGUMENT...]... -- COMMAND...
 *
 *   --limit SECONDS        after that time all is killed, and the status is that of a killed one
 *   --net                  a network with nothing but loopback
 *   --pids                 process 1 of a PID namespace, with /proc for it; all that it leaves is killed
 *   --cgroup2              cgroup version 2 in /sys/fs/cgroup, where the host has another one there
 *   --bind FROM TO         mounts, in this order; --bind-all takes what is mounted below along, and
 *   --bind-all FROM TO     --show is read-only
 *   --show FROM TO
 *   --mount TYPE TO
 *   --root DIRECTORY       becomes the root of all; not by chroot: there, the kernel refuses user namespaces
 *   --cd DIRECTORY
 *   --env NAME=VALUE       one of them, and there are no others
 *   --filter FILE          a seccomp filter program that is loaded last
 *
 *   --try DIRECTORY FILE   The command is run once for each line of FILE, "NAME [ABI:NUMBER]...", each
 *                          time in a PID namespace, below its init, and in a current directory that has
 *                          been emptied. The kernel kills whoever makes a call of that line. Output,
 *                          errors and status: NAME.out, NAME.err and NAME.status in DIRECTORY.
 *
 * The status is that of the command, 128 and more where a signal ended it, 125 for trouble here.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TROUBLE 125

struct place {
	unsigned int limit;
	bool pids, cgroup2;
	const char *root, *cd;
	char *env[64];
	size_t envs;                             /* 0: the environment stays as it is */
	struct sock_filter filter[BPF_MAXINSNS]; /* what is read from --filter */
	size_t filter_len;
	int results; /* --try: the directory, or -1 */
	FILE *tries;
	char **command;
};

static struct place place = {.results = -1};
static volatile pid_t child; /* for the handler of the alarm */

static void must(bool done, const char *what)
{
	if (!done)
		err(TROUBLE, "%s", what);
}

static void loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	must(unshare(CLONE_NEWNET) == 0, "network namespace");
	close(fd);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0, "loopback");
	close(fd);
}

static void bind_mount(const char *from, const char *to, unsigned long flags)
{
	must(mount(from, to, NULL, MS_BIND | flags, NULL) == 0, to);
}

static void read_filter(const char *path)
{
	FILE *file = fopen(path, "re");

	must(file != NULL, path);
	place.filter_len = fread(place.filter, sizeof place.filter[0], BPF_MAXINSNS, file);
	must(place.filter_len > 0, path);
	(void)fclose(file);
}

static void add_variable(char *variable)
{
	must(place.envs < sizeof place.env / sizeof place.env[0] - 1, "too many variables");
	place.env[place.envs++] = variable;
}

/* One option; says how many words it had. Namespaces and mounts are made at once, in their order. */
static int option(char **word, int words)
{
	const char *name = word[0], *first = words > 1 ? word[1] : "",
		   *second = words > 2 ? word[2] : "";

	if (!strcmp(name, "--limit"))
		place.limit = (unsigned int)strtoul(first, NULL, 10);
	else if (!strcmp(name, "--root"))
		place.root = first;
	else if (!strcmp(name, "--cd"))
		place.cd = first;
	else if (!strcmp(name, "--env"))
		add_variable(word[1]);
	else if (!strcmp(name, "--filter"))
		read_filter(first);
	else if (!strcmp(name, "--bind"))
		return bind_mount(first, second, 0), 3;
	else if (!strcmp(name, "--bind-all"))
		return bind_mount(first, second, MS_REC), 3;
	else if (!strcmp(name, "--show"))
		return bind_mount(first, second, 0),
		       bind_mount(NULL, second, MS_REMOUNT | MS_RDONLY), 3;
	else if (!strcmp(name, "--mount"))
		return must(mount(first, second, first, 0, NULL) == 0, second), 3;
	else if (!strcmp(name, "--try")) {
		place.results = open(first, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		place.tries = fopen(second, "re");
		must(place.results >= 0 && place.tries != NULL, first);
		return 3;
	} else if (!strcmp(name, "--net"))
		return loopback_up(), 1;
	else if (!strcmp(name, "--pids"))
		return place.pids = true, 1;
	else if (!strcmp(name, "--cgroup2"))
		return place.cgroup2 = true, 1;
	else
		errx(TROUBLE, "%s: there is no such option", name);
	return 2;
}

static void go_to_root(void)
{
	if (place.root) {
		must(chdir(place.root) == 0, place.root);
		must(syscall(SYS_pivot_root, ".", ".") == 0, "pivot_root");
		must(umount2(".", MNT_DETACH) == 0, "umount");
	}
	must(!place.cd || chdir(place.cd) == 0, place.cd);
}

/* In the PID namespace, and its mount namespace. */
static void mount_proc(void)
{
	must(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0, "/proc");
}

static void mount_cgroup2(void)
{
	struct statfs now;

	if (statfs("/sys/fs/cgroup", &now) == 0 && now.f_type == CGROUP2_SUPER_MAGIC)
		return;
	must(mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL) == 0, "/sys/fs/cgroup");
}

/* ---- The filter --------------------------------------------------------------------------------- */

struct program {
	struct sock_filter code[BPF_MAXINSNS];
	unsigned short len;
};

static void add(struct program *p, unsigned short code, unsigned char jf, unsigned int k)
{
	must(p->len < BPF_MAXINSNS, "too long a filter");
	p->code[p->len++] = (struct sock_filter){.code = code, .jf = jf, .k = k};
}

/* "ABI:NUMBER": that call kills. */
static void add_kill(struct program *p, const char *call)
{
	static const struct {
		const char *abi;
		unsigned int arch, bit;
	} abis[] = {
		{"x86_64:", AUDIT_ARCH_X86_64, 0},
		{"x32:", AUDIT_ARCH_X86_64, 0x40000000},
		{"x86:", AUDIT_ARCH_I386, 0},
		{"aarch64:", AUDIT_ARCH_AARCH64, 0},
	};

	for (size_t i = 0; i < sizeof abis / sizeof abis[0]; i++) {
		size_t len = strlen(abis[i].abi);

		if (strncmp(call, abis[i].abi, len) != 0)
			continue;
		add(p, BPF_LD | BPF_W | BPF_ABS, 0, offsetof(struct seccomp_data, arch));
		add(p, BPF_JMP | BPF_JEQ | BPF_K, 3, abis[i].arch);
		add(p, BPF_LD | BPF_W | BPF_ABS, 0, offsetof(struct seccomp_data, nr));
		add(p, BPF_JMP | BPF_JEQ | BPF_K, 1,
		    abis[i].bit | (unsigned int)strtoul(call + len, NULL, 10));
		add(p, BPF_RET | BPF_K, 0, SECCOMP_RET_KILL_PROCESS);
		return;
	}
	errx(TROUBLE, "%s: not ABI:NUMBER", call);
}

/* These calls kill; what the others do, the program of --filter says. One program: to load a second
 * one is a call that the first may refuse. */
static void load_filter(char *calls)
{
	static struct program p;
	struct sock_fprog fprog = {.filter = p.code};

	for (char *call = calls ? strtok(calls, " \n") : NULL; call; call = strtok(NULL, " \n"))
		add_kill(&p, call);
	must(p.len + place.filter_len < BPF_MAXINSNS, "too long a filter");
	memcpy(p.code + p.len, place.filter, place.filter_len * sizeof p.code[0]);
	p.len = (unsigned short)(p.len + place.filter_len);
	if (!place.filter_len)
		add(&p, BPF_RET | BPF_K, 0, SECCOMP_RET_ALLOW);
	fprog.len = p.len;
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &fprog) == 0, "seccomp");
}

/* ---- Processes ---------------------------------------------------------------------------------- */

static void execute(void)
{
	if (place.envs)
		environ = place.env;
	if (!place.command)
		errx(TROUBLE, "no command");
	execvp(place.command[0], place.command);
	err(errno == ENOENT ? 127 : 126, "%s", place.command[0]);
}

static int status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		must(errno == EINTR, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type;
	return at->level > 0 ? remove(path) : 0;
}

static void redirect(const char *name, const char *end, int to)
{
	char path[NAME_MAX + 1];
	int fd;

	(void)snprintf(path, sizeof path, "%s.%s", name, end);
	fd = openat(place.results, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	must(fd >= 0 && dup2(fd, to) == to, path);
	close(fd);
}

/* The init of one try: ends with the status of the command, whose process group would have no number in
 * the namespace if it came from outside. */
static void init_of_try(const char *name, char *calls)
{
	pid_t pid;

	must(setsid() >= 0, "setsid");
	mount_proc();
	redirect(name, "out", STDOUT_FILENO);
	redirect(name, "err", STDERR_FILENO);
	pid = fork();
	must(pid >= 0, "fork");
	if (pid == 0) {
		load_filter(calls);
		execute();
	}
	_exit(status_of(pid));
}

static void end_try(int sig)
{
	(void)sig;
	kill(child, SIGKILL);
}

static void one_try(char *line)
{
	char *name = strtok(line, " \n"), *calls = strtok(NULL, "\n"), path[NAME_MAX + 1], text[16];
	int fd, len;

	must(nftw(".", remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0,
	     "emptying the directory");
	child = (pid_t)syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL,
			       NULL);
	must(child >= 0, "PID namespace");
	if (child == 0) {
		must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
		init_of_try(name, calls);
	}
	alarm(place.limit);
	len = snprintf(text, sizeof text, "%d\n", status_of(child));
	alarm(0);
	(void)snprintf(path, sizeof path, "%s.status", name);
	fd = openat(place.results, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	must(fd >= 0 && write(fd, text, (size_t)len) == len, path);
	close(fd);
}

static int all_tries(void)
{
	struct sigaction action = {.sa_handler = end_try};
	char line[4096];

	must(sigaction(SIGALRM, &action, NULL) == 0, "sigaction");
	go_to_root();
	while (fgets(line, sizeof line, place.tries))
		one_try(line);
	return 0;
}

/* As timeout(1) does: who has started it is not in this group. */
static void end_all(int sig)
{
	(void)sig;
	kill(0, SIGKILL);
}

static int one_command(void)
{
	struct sigaction action = {.sa_handler = end_all};
	int flags = place.pids ? CLONE_NEWPID : 0;

	must(getpgrp() == getpid() || setpgid(0, 0) == 0, "setpgid");
	must(sigaction(SIGALRM, &action, NULL) == 0, "sigaction");
	child = (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
	must(child >= 0, "clone");
	if (child == 0) {
		must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
		must(signal(SIGALRM, SIG_DFL) != SIG_ERR, "signal");
		if (place.pids)
			mount_proc();
		if (place.cgroup2)
			mount_cgroup2();
		go_to_root();
		if (place.filter_len)
			load_filter(NULL);
		execute();
	}
	alarm(place.limit);
	return status_of(child);
}

int main(int argc, char **argv)
{
	char **word = argv + 1;

	must(unshare(CLONE_NEWNS) == 0, "mount namespace");
	must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
	while (*word && strcmp(*word, "--") != 0)
		word += option(word, (int)(argv + argc - word));
	if (!*word || !word[1])
		errx(TROUBLE, "no command");
	place.command = word + 1;
	return place.tries ? all_tries() : one_command();
}
