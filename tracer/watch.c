#include "watch.h"

#include <stdlib.h>

#include "alloc.h"
#include "array.h"
#include "syscalls.h"

static const struct {
	const char *name;
	enum watched kind;
} watched_calls[] = {
	{"clone", WATCH_CLONE},      {"clone3", WATCH_CLONE3},   {"ptrace", WATCH_PTRACE},
	{"seccomp", WATCH_SECCOMP},  {"prctl", WATCH_PRCTL},     {"io_uring_setup", WATCH_IO_URING},
	{"dup", WATCH_DUPLICATES},   {"dup2", WATCH_DUPLICATES}, {"dup3", WATCH_DUPLICATES},
	{"close", WATCH_CLOSES},     {"execve", WATCH_EXECUTES}, {"execveat", WATCH_EXECUTES},
	{"reboot", WATCH_NO_RETURN},
};

/* x32's base is a flag that struct abi's numbers do not have. */
static int32_t first_number(const struct abi *abi)
{
	return abi->nr_base < 0x10000 ? abi->nr_base : 0;
}

static unsigned char *build(const struct abi *abi)
{
	unsigned char *table = xcalloc(WATCH_SPAN, 1);
	int32_t nr;

	for (size_t i = 0; i < ARRAY_SIZE(watched_calls); i++) {
		if (!syscalls_number(abi, watched_calls[i].name, &nr))
			continue;
		nr -= first_number(abi);
		if (nr >= 0 && nr < WATCH_SPAN)
			table[nr] = (unsigned char)watched_calls[i].kind;
	}
	return table;
}

enum watched watch_kind(struct watch *watch, const struct abi *abi, int32_t nr)
{
	size_t i = abi_index(abi);
	int32_t position = nr - first_number(abi);
	if (position < 0 || position >= WATCH_SPAN)
		return WATCH_NOTHING;
	if (watch->by_nr[i] == NULL)
		watch->by_nr[i] = build(abi);
	return (enum watched)watch->by_nr[i][position];
}

bool watch_opens_gap(enum watched kind)
{
	return kind != WATCH_NOTHING && kind <= WATCH_LAST;
}

bool watch_is_birth(enum watched kind)
{
	return kind == WATCH_CLONE || kind == WATCH_CLONE3;
}

void watch_release(struct watch *watch)
{
	for (size_t i = 0; i < sizeof(watch->by_nr) / sizeof(watch->by_nr[0]); i++) {
		free(watch->by_nr[i]);
		watch->by_nr[i] = NULL;
	}
}
