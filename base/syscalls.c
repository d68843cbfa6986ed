#include "syscalls.h"

#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"

/* No ABI has a number beyond this one above its base. */
#define NR_SPAN 1024

/*
 * Where the direct calls are that ABIs have beside multiplexed ones: the lowest is mips' accept,
 * the highest everybody's msgctl. Asking for each number is slow.
 */
#define DIRECT_FIRST 168
#define DIRECT_LAST 402

/* From 424 on every architecture has the same numbers, counted from its base. */
struct newer {
	int32_t nr;
	const char *name;
	const char *only_abi; /* NULL: every ABI */
};

/*
 * What Linux has gained since libseccomp 2.5.4. The names were checked against the symbols of a
 * 6.18 kernel, the numbers by calling them there: each answers with something else than ENOSYS.
 */
static const struct newer newer_table[] = {
	{335, "uretprobe", "x86_64"},     /* 6.11 */
	{336, "uprobe", "x86_64"},        /* 6.18 */
	{451, "cachestat", NULL},         /* 6.5 */
	{452, "fchmodat2", NULL},         /* 6.6 */
	{453, "map_shadow_stack", NULL},  /* 6.6 */
	{454, "futex_wake", NULL},        /* 6.7 */
	{455, "futex_wait", NULL},        /* 6.7 */
	{456, "futex_requeue", NULL},     /* 6.7 */
	{457, "statmount", NULL},         /* 6.8 */
	{458, "listmount", NULL},         /* 6.8 */
	{459, "lsm_get_self_attr", NULL}, /* 6.8 */
	{460, "lsm_set_self_attr", NULL}, /* 6.8 */
	{461, "lsm_list_modules", NULL},  /* 6.8 */
	{462, "mseal", NULL},             /* 6.10 */
	{463, "setxattrat", NULL},        /* 6.13 */
	{464, "getxattrat", NULL},        /* 6.13 */
	{465, "listxattrat", NULL},       /* 6.13 */
	{466, "removexattrat", NULL},     /* 6.13 */
	{467, "open_tree_attr", NULL},    /* 6.15 */
	{468, "file_getattr", NULL},      /* 6.17 */
	{469, "file_setattr", NULL},      /* 6.17 */
};

/* x32 has its base as a flag outside the number, MIPS inside it. */
static int32_t base_in_number(const struct abi *abi)
{
	return abi->scmp == SCMP_ARCH_X32 ? 0 : abi->nr_base;
}

static const char *newer_name(const struct abi *abi, int32_t nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(newer_table); i++) {
		const struct newer *n = &newer_table[i];
		if (n->only_abi != NULL && strcmp(n->only_abi, abi->name) != 0)
			continue;
		if (n->nr + base_in_number(abi) == nr)
			return n->name;
	}
	return NULL;
}

static bool library_name(const struct abi *abi, int32_t nr, char name[SYSCALL_NAME_MAX])
{
	int library_nr = abi->scmp == SCMP_ARCH_X32 ? nr | abi->nr_base : nr;

	/* NULL is a number without a name, too. */
	errno = 0;
	cleanup_free char *found = seccomp_syscall_resolve_num_arch(abi->scmp, library_nr);
	if (found == NULL && errno == ENOMEM)
		oom();
	if (found == NULL || strlen(found) >= SYSCALL_NAME_MAX)
		return false;
	(void)strcpy(name, found);
	return true;
}

/* libseccomp's own answer; false for its negative stand-ins. */
static bool library_number(const struct abi *abi, const char *name, int32_t *nr)
{
	int n = seccomp_syscall_resolve_name_arch(abi->scmp, name);

	if (n < 0)
		return false;
	*nr = abi->scmp == SCMP_ARCH_X32 ? n & ~abi->nr_base : n;
	return true;
}

bool syscalls_name(const struct abi *abi, int32_t nr, char name[SYSCALL_NAME_MAX])
{
	name[0] = '\0';
	/* Negative numbers are libseccomp's stand-ins, never a kernel's. */
	if (nr < 0)
		return false;
	if (library_name(abi, nr, name))
		return true;
	const char *newer = newer_name(abi, nr);
	if (newer == NULL)
		return false;
	(void)strcpy(name, newer);
	return true;
}

static bool newer_number(const struct abi *abi, const char *name, int32_t *nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(newer_table); i++) {
		const struct newer *n = &newer_table[i];
		if (strcmp(n->name, name) != 0)
			continue;
		if (n->only_abi != NULL && strcmp(n->only_abi, abi->name) != 0)
			return false;
		*nr = n->nr + base_in_number(abi);
		return true;
	}
	return false;
}

bool syscalls_multiplexed(const struct abi *abi, const char *name, int32_t *nr, uint32_t *subcall)
{
	/* libseccomp's stand-ins are these numbers less the subcall. ABIs without have them, too. */
	static const struct {
		const char *name;
		int base, n;
	} multiplexers[] = {{"socketcall", -100, 20}, {"ipc", -200, 24}};
	int stand_in = seccomp_syscall_resolve_name_arch(abi->scmp, name);

	for (size_t i = 0; i < ARRAY_SIZE(multiplexers); i++) {
		int n = multiplexers[i].base - stand_in;
		if (n < 1 || n > multiplexers[i].n)
			continue;
		*subcall = (uint32_t)n;
		return library_number(abi, multiplexers[i].name, nr);
	}
	return false;
}

bool syscalls_number(const struct abi *abi, const char *name, int32_t *nr)
{
	char candidate[SYSCALL_NAME_MAX];
	uint32_t subcall;

	if (library_number(abi, name, nr) || newer_number(abi, name, nr))
		return true;
	if (!syscalls_multiplexed(abi, name, nr, &subcall))
		return false;
	int32_t base = base_in_number(abi);
	for (int32_t n = base + DIRECT_FIRST; n <= base + DIRECT_LAST; n++) {
		if (syscalls_name(abi, n, candidate) && strcmp(candidate, name) == 0) {
			*nr = n;
			return true;
		}
	}
	return false;
}

bool syscalls_exists(const struct abi *const *abis, size_t n, const char *name)
{
	int32_t nr;

	for (size_t i = 0; i < n; i++)
		if (syscalls_number(abis[i], name, &nr))
			return true;
	return false;
}

void syscalls_place(const struct abi *abi, const char *name, struct syscall_place *place)
{
	if (place->name != NULL && strcmp(place->name, name) == 0)
		return;
	*place = (struct syscall_place){.name = name};
	place->direct = syscalls_number(abi, name, &place->nr);
	place->multiplexed = syscalls_multiplexed(abi, name, &place->multiplexer, &place->subcall);
	if (place->direct || place->multiplexed)
		return;
	place->stand_in = seccomp_syscall_resolve_name_arch(abi->scmp, name);
	place->absent = place->stand_in != __NR_SCMP_ERROR;
}

bool syscalls_has_table(const struct abi *abi)
{
	int32_t nr;

	return library_number(abi, "exit", &nr);
}

bool syscalls_known(const char *name)
{
	int32_t nr;

	if (seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR)
		return true;
	for (size_t i = 0; i < abi_count; i++)
		if (newer_number(&abi_table[i], name, &nr))
			return true;
	return false;
}

bool syscalls_applies(const struct abi *abi, const char *name)
{
	uint32_t subcall;
	int32_t nr;

	return syscalls_number(abi, name, &nr) || syscalls_multiplexed(abi, name, &nr, &subcall) ||
	       (!syscalls_has_table(abi) && syscalls_known(name));
}

bool syscalls_newer_than_library(const struct abi *abi, const char *name)
{
	int32_t nr;

	return seccomp_syscall_resolve_name_arch(abi->scmp, name) == __NR_SCMP_ERROR &&
	       newer_number(abi, name, &nr);
}
