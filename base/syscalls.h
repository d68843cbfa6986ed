/*
 * System call numbers and names per ABI: libseccomp's knowledge first, then a table of our own
 * for calls newer than the installed libseccomp. Numbers are those of struct abi: x32's without
 * bit 30, MIPS' with their base.
 */
#ifndef BASE_SYSCALLS_H
#define BASE_SYSCALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi.h"

/* Longer than any system call's name. */
#define SYSCALL_NAME_MAX 64

/* The name of a number. Returns false, and makes `name` empty, when the number has none. */
bool syscalls_name(const struct abi *abi, int32_t nr, char name[SYSCALL_NAME_MAX]);

/*
 * The number of a name. Returns false when the ABI has no call of that name. libseccomp's
 * stand-ins for multiplexed calls (socket on x86 is -101 there) give the number of the direct
 * call when the kernel has one, so that a name found by syscalls_name() is always found here.
 */
bool syscalls_number(const struct abi *abi, const char *name, int32_t *nr);

/* Has one of the ABIs a call of this name? */
bool syscalls_exists(const struct abi *const *abis, size_t n, const char *name);

/*
 * Can the call also, or only, be made through a multiplexer of the ABI, socketcall or ipc? Then *nr
 * is that one's number, and *subcall what its first argument is for this call. libseccomp makes two
 * rules of one for such a name: where the multiplexer's first argument is *subcall, it says what it
 * says of the call, without the condition on the call's own first argument, and with the others
 * as they are, though the arguments are not there but in memory.
 */
bool syscalls_multiplexed(const struct abi *abi, const char *name, int32_t *nr, uint32_t *subcall);

/* Both of a name on one ABI; or else, where libseccomp has one for it, a negative stand-in. */
struct syscall_place {
	const char *name; /* borrowed */
	bool direct, multiplexed, absent;
	int32_t nr, multiplexer, stand_in;
	uint32_t subcall;
};

/*
 * Finds them. Looking names up is slow: nothing is done when *place is that of the name already, as
 * it is for one of many rules. Zero it first, and for another ABI.
 */
void syscalls_place(const struct abi *abi, const char *name, struct syscall_place *place);

/* Has the installed libseccomp the ABI's calls? Where it has not, nothing here has their numbers. */
bool syscalls_has_table(const struct abi *abi);

/*
 * Does a rule for the name count on the ABI, for a call of its own or for one through a multiplexer? Of an
 * ABI without a table any call's name is taken for one of its.
 */
bool syscalls_applies(const struct abi *abi, const char *name);

/* Is this the name of a system call on any ABI? */
bool syscalls_known(const char *name);

/* Does the installed libseccomp lack the name on this ABI, so that older consumers skip it? */
bool syscalls_newer_than_library(const struct abi *abi, const char *name);

#endif
