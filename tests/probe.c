/*
 * What tests/kernel asks of the kernel, without the program under test: the argument says what.
 * Status 0: it is there; 77: the kernel answered as one that lacks it. Built as a 32-bit program too.
 */
#include "../fixtures/nolibc.h"

/* A 32-bit call of a 64-bit program. A kernel without such calls raises a fault, not an error. */
static bool int80_works(void)
{
#if defined(__x86_64__)
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(20), "b"(0), "c"(0), "d"(0) : "memory");
	return ret == RAW(__NR_getpid);
#else
	return true;
#endif
}

/* The entry to the kernel that the vDSO has for 32-bit programs. */
static bool has_vdso32(void)
{
#if defined(__i386__)
	return auxv(AT_SYSINFO) != 0;
#else
	return false;
#endif
}

/* Syscall user dispatch, switched off: prctl knows of it since Linux 5.11, not on all machines. */
static bool dispatches(void)
{
	return RAW(__NR_prctl, 59, 0, 0, 0, 0) != -EINVAL;
}

static int run(void)
{
	bool there;

	if (arg_is(1, "runs"))
		there = true;
	else if (arg_is(1, "int80"))
		there = int80_works();
	else if (arg_is(1, "vdso32"))
		there = has_vdso32();
	else if (arg_is(1, "dispatch"))
		there = dispatches();
	else
		broken("argument", started.argc);
	return there ? 0 : 77;
}
