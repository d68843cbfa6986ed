/* What /proc tells: files of any length are read to their end, or as far as is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "own.h"
#include "proc.h"
#include "strbuf.h"

#define N_GROUPS 500

/* Becomes what `change` makes of it, says so, and waits for its end. */
static pid_t start(void (*change)(void))
{
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		change();
		if (write(ready[1], "", 1) == 1)
			(void)pause();
		_exit(1);
	}
	(void)close(ready[1]);
	ssize_t n = read(ready[0], &byte, 1);
	(void)close(ready[0]);
	assert_int_equal(n, 1);
	return pid;
}

static void end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static void join_groups(void)
{
	gid_t groups[N_GROUPS];

	for (size_t i = 0; i < N_GROUPS; i++)
		groups[i] = (gid_t)(1500000000 + i);
	if (setgroups(N_GROUPS, groups) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(1);
}

static void status_behind_many_groups(void **state)
{
	(void)state;
	uint64_t theirs, ours;

	if (geteuid() != 0) {
		print_message("groups can be joined by root only\n");
		skip();
	}
	pid_t pid = start(join_groups);
	assert_int_equal(proc_status_number(pid, "NoNewPrivs"), 1);
	assert_int_equal(proc_status_number(pid, "Seccomp"), proc_status_number(0, "Seccomp"));
	assert_int_equal(proc_set(pid, "CapEff", &theirs), 0);
	assert_int_equal(proc_set(0, "CapEff", &ours), 0);
	assert_true(theirs == ours);
	cleanup_free char *groups = NULL;
	assert_int_equal(proc_status_value(pid, "Groups", &groups), 0);
	assert_true(strlen(groups) >= N_GROUPS * strlen("1500000000"));
	end(pid);
}

/* "Not there" is not "not readable". */
static void what_is_not_there(void **state)
{
	(void)state;
	uint64_t set = 1;
	pid_t pid = fork();

	assert_int_equal(proc_status_number(0, "NoSuchLine"), -ENODATA);
	assert_int_equal(proc_set(0, "CapNone", &set), -ENODATA);
	assert_true(set == 0);
	if (pid == 0)
		_exit(0);
	(void)waitpid(pid, NULL, 0);
	assert_int_equal(proc_status_number(pid, "Seccomp"), -ENOENT);
}

static void about_this_process(void **state)
{
	(void)state;
	uint64_t set;

	assert_int_equal(proc_set(0, "CapEff", &set), 0);
	assert_true(own_capable(set));
	for (int i = 0; i < 64; i++)
		assert_int_equal(own_capable(UINT64_C(1) << i), (set >> i & 1) != 0);
	assert_int_equal(own_filtered(), proc_status_number(0, "Seccomp") == 2);
}

static bool write_text(pid_t pid, const char *name, const char *text)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	cleanup_close int fd = open(path, O_WRONLY);
	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* Each user is itself, but for `last`: more than a page when it is read. */
static bool write_map(pid_t pid, unsigned int last)
{
	cleanup_strbuf struct strbuf map = STRBUF_INIT;

	for (unsigned int i = 0; i < 300; i++)
		strbuf_addf(&map, "%u %u 1\n", i == 299 ? last : i * 2, i * 2);
	return write_text(pid, "gid_map", "0 0 1\n") && write_text(pid, "uid_map", map.s);
}

static void leave_namespace(void)
{
	if (unshare(CLONE_NEWUSER) < 0)
		_exit(1);
}

/* In a namespace of its own, once that has its map. Status 0: as it should be. */
static _Noreturn void compare_children(int go)
{
	char byte;

	leave_namespace();
	if (write(go, "", 1) != 1 || read(go, &byte, 1) != 1)
		_exit(1);
	pid_t same = start(leave_namespace), other = start(leave_namespace);
	bool written = write_map(same, 598) && write_map(other, 700);
	bool right = proc_same_users(same) && !proc_same_users(other);
	end(same);
	end(other);
	_exit(!written ? 2 : right ? 0 : 3);
}

static void maps_of_users_that_differ_late(void **state)
{
	(void)state;
	int go[2], status;
	char byte;

	if (geteuid() != 0) {
		print_message("only root can map many users\n");
		skip();
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, go), 0);
	pid_t pid = fork();
	if (pid == 0) {
		(void)close(go[0]);
		compare_children(go[1]);
	}
	(void)close(go[1]);
	if (read(go[0], &byte, 1) == 1) {
		assert_true(write_map(pid, 598));
		assert_int_equal(write(go[0], "", 1), 1);
	}
	(void)close(go[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 1) {
		print_message("user namespaces are not allowed here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

/* The mapping of `ip`, as the map itself has it: "NAME+0xOFFSET". */
static char *from_map(uint64_t ip)
{
	static char place[8192];
	char line[8192], name[4096];
	uint64_t from, to, offset;
	FILE *maps = fopen("/proc/self/maps", "re");

	assert_non_null(maps);
	place[0] = '\0';
	while (fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %4095[^\n]",
			   &from, &to, &offset, name) == 4 &&
		    from < ip && ip <= to)
			(void)snprintf(place, sizeof(place), "%s+0x%" PRIx64, name,
				       ip - from + offset);
	(void)fclose(maps);
	return place;
}

static void where_code_is(void **state)
{
	(void)state;
	uint64_t own = (uint64_t)(uintptr_t)where_code_is + 1;
	char path[] = "/tmp/seccomp-learn-proc\nXXXXXX";
	int fd = mkstemp(path);
	cleanup_free char *at = proc_code_address(getpid(), own);

	assert_string_equal(at, from_map(own));
	/* The break in the name stands there as \012; the address is the first behind the mapping. */
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 8192), 0);
	unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd,
				   (off_t)sysconf(_SC_PAGESIZE));
	assert_true(page != MAP_FAILED);
	uint64_t end_of_page = (uint64_t)(uintptr_t)page + 4096;
	cleanup_free char *behind = proc_code_address(getpid(), end_of_page);
	assert_string_equal(behind, from_map(end_of_page));
	assert_non_null(strstr(behind, "\\012"));
	/* Memory without a name, and none at all. */
	void *anonymous = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_null(proc_code_address(getpid(), (uint64_t)(uintptr_t)anonymous + 1));
	assert_null(proc_code_address(getpid(), 1));
	(void)munmap(anonymous, 4096);
	(void)munmap(page, 4096);
	(void)close(fd);
	(void)unlink(path);
}

/* As an old kernel shows it, and the workload has made it: each of its names is 16 KiB of breaks. */
static void a_map_that_is_too_long(void **state)
{
	(void)state;
	char path[] = "/tmp/seccomp-learn-map-XXXXXX";
	int fd = mkstemp(path);
	FILE *map = fdopen(fd, "w+");

	assert_non_null(map);
	(void)unlink(path);
	for (unsigned int i = 0; i < 600; i++) {
		(void)fprintf(map, "%x000-%x000 r-xp 00003000 00:00 7      /lib/", i * 2 + 16,
			      i * 2 + 17);
		for (unsigned int n = 0; n < 4096; n++)
			(void)fputs("\\012", map);
		(void)fprintf(map, "%u\n", i);
	}
	assert_int_equal(fflush(map), 0);
	off_t size = lseek(fd, 0, SEEK_END);
	(void)lseek(fd, 0, SEEK_SET);
	cleanup_free char *found = proc_find_code(fd, UINT64_C(0x20123));
	assert_non_null(found);
	assert_string_equal(found + strlen(found) - strlen("\\0128+0x3123"), "\\0128+0x3123");
	(void)lseek(fd, 0, SEEK_SET);
	assert_null(proc_find_code(fd, UINT64_C(0x4be001)));
	assert_true(lseek(fd, 0, SEEK_CUR) < size / 4);
	(void)fclose(map);
}

/* The way of sh(1), called by that name and with that argument. */
static uint64_t way_of(const char *name, const char *argument)
{
	int ends[2];
	char byte;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)execl("/bin/sh", name, argument, "-c", "kill -STOP $$; :", (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	/* The exec closes the other end, and has a command line some time after that. */
	assert_int_equal(read(ends[0], &byte, 1), 0);
	(void)close(ends[0]);
	uint64_t way = 0;
	for (int i = 0; i < 10000 && way == 0; i++) {
		(void)usleep(1000);
		way = proc_way(pid);
	}
	end(pid);
	return way;
}

static void the_way_of_a_program(void **state)
{
	(void)state;
	uint64_t way = way_of("sh", "-u");

	assert_int_not_equal(way, 0);
	assert_true(way == way_of("sh", "-u"));
	/* Its name does not matter, and its argument does. */
	assert_true(way == way_of("shell", "-u"));
	assert_true(way != way_of("sh", "-e"));
	assert_int_equal(proc_way(-1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_behind_many_groups),
		cmocka_unit_test(what_is_not_there),
		cmocka_unit_test(about_this_process),
		cmocka_unit_test(maps_of_users_that_differ_late),
		cmocka_unit_test(where_code_is),
		cmocka_unit_test(the_way_of_a_program),
		cmocka_unit_test(a_map_that_is_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
