#include "known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "hash.h"
#include "nearest.h"
#include "strbuf.h"
#include "syscalls.h"
#include "text.h"

/* No ABI has a number beyond this one above its base. */
#define NR_SPAN 1024

/*
 * libseccomp 2.5.4, of Debian 12 and Ubuntu 22.10, is the oldest that is still common everywhere;
 * its table ends with Linux 5.17. From 424 on all architectures share their numbers.
 */
#define LAST_COMMON_NR 450

/*
 * Names that people and tools use for calls that libseccomp calls otherwise: of C functions, of
 * the kernel's own functions (sys_newfstatat), of strace and of audit. The first that one of the
 * ABIs has is meant.
 */
static const struct {
	const char *alias;
	const char *meant[3];
} aliases[] = {
	{"_exit", {"exit_group"}},
	{"arm64_personality", {"personality"}},
	{"creat64", {"creat"}},
	{"fadvise", {"fadvise64", "fadvise64_64"}},
	{"fcntl64", {"fcntl"}},
	{"fstat64", {"fstat"}},
	{"fstatat", {"newfstatat", "fstatat64"}},
	{"fstatat64", {"newfstatat"}},
	{"fstatfs64", {"fstatfs"}},
	{"ftruncate64", {"ftruncate"}},
	{"getdents32", {"getdents"}},
	{"getrlimit64", {"prlimit64"}},
	{"llseek", {"_llseek", "lseek"}},
	{"lseek64", {"lseek", "_llseek"}},
	{"lstat64", {"lstat"}},
	{"mmap2", {"mmap"}},
	{"mmap64", {"mmap2", "mmap"}},
	{"mmap_pgoff", {"mmap2", "mmap"}},
	{"newfstat", {"fstat"}},
	{"newfstatat", {"fstatat64"}},
	{"newlstat", {"lstat"}},
	{"newselect", {"_newselect", "select"}},
	{"newstat", {"stat"}},
	{"newuname", {"uname"}},
	{"_newselect", {"select"}},
	{"_llseek", {"lseek"}},
	{"open64", {"open", "openat"}},
	{"openat64", {"openat"}},
	{"posix_fadvise", {"fadvise64", "fadvise64_64"}},
	{"pread", {"pread64"}},
	{"prlimit", {"prlimit64"}},
	{"pselect", {"pselect6"}},
	{"pwrite", {"pwrite64"}},
	{"readdir64", {"getdents64"}},
	{"recv", {"recvfrom"}},
	{"send", {"sendto"}},
	{"sendfile64", {"sendfile"}},
	{"sigaction", {"rt_sigaction"}},
	{"signal", {"rt_sigaction"}},
	{"sigpending", {"rt_sigpending"}},
	{"sigprocmask", {"rt_sigprocmask"}},
	{"sigqueue", {"rt_sigqueueinfo"}},
	{"sigreturn", {"rt_sigreturn"}},
	{"sigsuspend", {"rt_sigsuspend"}},
	{"sigtimedwait", {"rt_sigtimedwait"}},
	{"sigwaitinfo", {"rt_sigtimedwait"}},
	{"stat64", {"stat"}},
	{"statfs64", {"statfs"}},
	{"sync_file_range2", {"sync_file_range"}},
	{"sysctl", {"_sysctl"}},
	{"truncate64", {"truncate"}},
	{"ugetrlimit", {"getrlimit"}},
	{"umount", {"umount2"}},
	{"wait", {"wait4"}},
	{"wait3", {"wait4"}},
	{"waitpid", {"wait4"}},
};

/* Looking a name up is slow, and documents repeat names. */
struct known_name {
	char *name; /* owned; the key */
	bool exists;
	UT_hash_handle hh;
};

/* x86 has accept, for one, only as a part of socketcall, and rules for it do count there. */
static bool look_up(const struct known *known, const char *name)
{
	for (size_t i = 0; i < known->n_abis; i++)
		if (syscalls_applies(known->abis[i], name))
			return true;
	return false;
}

/*
 * libseccomp always puts the machine's own ABI into a filter, whether it is listed or not: names in
 * a profile for 32-bit programs alone count for the 64-bit runtime that loads it as well.
 */
static bool counts_on_host(const struct known *known, const char *name)
{
	int32_t nr;

	for (size_t i = 0; i < known->n_abis; i++) {
		const struct abi *host = abi_of_host(known->abis[i]);
		if (host != NULL && syscalls_number(host, name, &nr))
			return true;
	}
	return false;
}

bool known_exists(struct known *known, const char *name)
{
	struct known_name *found;

	HASH_FIND_STR(known->asked, name, found);
	if (found == NULL) {
		found = xcalloc(1, sizeof(*found));
		found->name = xstrdup(name);
		found->exists = look_up(known, name);
		HASH_ADD_KEYPTR(hh, known->asked, found->name, strlen(found->name), found);
	}
	return found->exists;
}

/* x32's base is a bit outside of the number. */
static int32_t base_in_number(const struct abi *abi)
{
	return abi->nr_base < (1 << 30) ? abi->nr_base : 0;
}

static bool is_newer(const struct known *known, const char *name)
{
	for (size_t i = 0; i < known->n_abis; i++) {
		const struct abi *abi = known->abis[i];
		int32_t nr;

		if (syscalls_newer_than_library(abi, name))
			return true;
		if (!syscalls_number(abi, name, &nr))
			continue;
		int32_t base = base_in_number(abi);
		if (nr - base > LAST_COMMON_NR && nr - base < NR_SPAN / 2)
			return true;
	}
	return false;
}

/* strace and others write "unknown_syscall_500", "syscall_0x1f4" or "syscall_1f4" (hexadecimal). */
static const char *by_number(const struct known *known, const char *name,
			     char found[SYSCALL_NAME_MAX])
{
	uint64_t number;
	unsigned int hex;
	char rest;

	if (strncmp(name, "unknown_syscall_", 16) == 0 && parse_u64(name + 16, INT32_MAX, &number))
		hex = (unsigned int)number;
	else if (sscanf(name, "syscall_%8x%c", &hex, &rest) != 1)
		return NULL;
	for (size_t i = 0; i < known->n_abis; i++)
		if (syscalls_name(known->abis[i], (int32_t)hex, found))
			return found;
	return NULL;
}

static const char *by_alias(struct known *known, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		if (strcmp(aliases[i].alias, name) != 0)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(aliases[i].meant); k++) {
			const char *meant = aliases[i].meant[k];
			if (meant != NULL && known_exists(known, meant))
				return meant;
		}
	}
	return NULL;
}

static void collect(struct known *known)
{
	char name[SYSCALL_NAME_MAX];

	for (size_t i = 0; i < known->n_abis; i++) {
		const struct abi *abi = known->abis[i];
		int32_t base = base_in_number(abi);
		for (int32_t nr = base; nr < base + NR_SPAN; nr++) {
			if (!syscalls_name(abi, nr, name))
				continue;
			xgrow(&known->names, known->n_names, &known->cap_names, sizeof(char *));
			known->names[known->n_names++] = xstrdup(name);
		}
	}
}

/* What other places put before the name: the kernel's symbols and its headers. */
static const char *const prefixes[] = {"sys_", "__x64_sys_", "__arm64_sys_", "__NR_", "SYS_"};

/* What was meant, or NULL. `found` is where a name may be put. */
static const char *meant(struct known *known, const char *name, char found[SYSCALL_NAME_MAX])
{
	const char *best = by_alias(known, name);

	if (best == NULL)
		best = by_number(known, name, found);
	if (best != NULL || strncmp(name, "unknown_syscall_", 16) == 0 ||
	    strncmp(name, "syscall_", 8) == 0)
		return best;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t len = strlen(prefixes[i]);
		if (strncmp(name, prefixes[i], len) == 0 && known_exists(known, name + len))
			return name + len;
	}
	if (known->n_names == 0)
		collect(known);
	return nearest(name, (const char *const *)known->names, known->n_names);
}

/* More ABIs than this make a list that nobody reads. */
#define ABIS_SHOWN 4

static void add_abis(const struct known *known, struct strbuf *sb)
{
	if (known->n_abis > ABIS_SHOWN) {
		strbuf_adds(sb, "any ABI of the profile");
		return;
	}
	for (size_t i = 0; i < known->n_abis; i++) {
		const char *before = i + 1 < known->n_abis ? ", " : " or ";
		strbuf_addf(sb, "%s%s", i == 0 ? "" : before, known->abis[i]->name);
	}
}

void known_check(struct known *known, const char *name, bool older_too, size_t line,
		 struct warnings *warnings)
{
	cleanup_strbuf struct strbuf abis = STRBUF_INIT;
	char found[SYSCALL_NAME_MAX];

	if (warnings == NULL)
		return;
	if (known_exists(known, name)) {
		if (older_too && is_newer(known, name))
			warnings_add(warnings, WARNING_NEWER_NAME, line,
				     "\"%s\" is newer than libseccomp 2.5.4: runtimes that are "
				     "built with that skip it silently",
				     name);
		return;
	}
	if (counts_on_host(known, name))
		return;
	if (!warnings_wanted(warnings, WARNING_UNKNOWN_NAME)) {
		warnings_count(warnings, WARNING_UNKNOWN_NAME);
		return;
	}
	add_abis(known, &abis);
	if (syscalls_known(name)) {
		const char *there = by_alias(known, name);
		warnings_add(warnings, WARNING_OTHER_ABI, line,
			     "\"%s\" is no system call of %s, so it has no effect%s%s%s", name,
			     abis.s, there != NULL ? "; there it is \"" : "",
			     there != NULL ? there : "", there != NULL ? "\"" : "");
		return;
	}
	const char *best = meant(known, name, found);
	warnings_add(warnings, WARNING_UNKNOWN_NAME, line,
		     "unknown system call \"%s\", which runtimes skip silently%s%s%s", name,
		     best != NULL ? "; did you mean \"" : "", best != NULL ? best : "",
		     best != NULL ? "\"?" : "");
}

void known_release(struct known *known)
{
	struct known_name *entry, *next;

	HASH_ITER(hh, known->asked, entry, next) {
		HASH_DEL(known->asked, entry);
		free(entry->name);
		free(entry);
	}
	for (size_t i = 0; i < known->n_names; i++)
		free(known->names[i]);
	free(known->names);
	known->names = NULL;
	known->n_names = known->cap_names = 0;
}
