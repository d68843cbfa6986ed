/*
 * The little that injecting calls needs to know of an architecture's registers. One file each:
 * arch_x86_64.c, arch_aarch64.c; on any other machine arch_none.c says that it can't be done,
 * and recording is exact. arch_plain.c is what all of them but aarch64 have in common.
 */
#ifndef TRACER_ARCH_H
#define TRACER_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

#include "abi.h"

#if defined(__x86_64__) && !defined(__ILP32__)
typedef struct user_regs_struct arch_registers; /* of 32-bit programs too */
#elif defined(__aarch64__)
typedef struct user_regs_struct arch_registers;
#else
typedef struct {
	char unused;
} arch_registers;
#endif

/* Can calls be injected on this machine? */
bool arch_can_inject(void);

/* How many bytes before the instruction pointer the longest system call instruction starts. */
#define ARCH_CALL_BYTES 4

/* The instruction pointer. */
uint64_t arch_instruction_pointer(const arch_registers *regs);

/*
 * The ABI on which the thread's last call was made, from its registers after that call and the
 * ARCH_CALL_BYTES before its instruction pointer; NULL when they hold no system call instruction
 * that this program knows how to repeat.
 */
const struct abi *arch_call_abi(const arch_registers *regs, const unsigned char *code);

/* Makes the thread's next step the repetition of that instruction as another call. */
void arch_set_call(arch_registers *regs, int32_t nr, const uint64_t args[6]);

/* At the exit of a call: what it returned. */
int64_t arch_result(const arch_registers *regs);

/* Before a call is made: changes its first argument. */
void arch_set_first_argument(arch_registers *regs, uint64_t value);

/*
 * The ABI, number and arguments of the call that the thread was stopped in and that has ended with EINTR
 * for it; NULL when there is none. Where arch_forgets_calls(), the result stands in args[0], and at another
 * stop than the exit of a call it may be one that ended before and was not broken off.
 */
const struct abi *arch_broken_off(const arch_registers *regs, int32_t *nr, uint64_t args[6]);

/*
 * Lets the kernel make that call again, unless a handler is to run. It must not have looked at the result
 * yet: at the exit of the call, and where not arch_forgets_calls() at each stop that has broken it off.
 */
void arch_restart_call(arch_registers *regs);

/*
 * Does the kernel look at a call's result, and forget the call, before it lets us see the stop for a signal
 * or one that we have asked for? arch_restart_call() has no use there. The next two take its place, and it
 * is for the caller to decide whether the call is made again: the kernel does not any more.
 */
bool arch_forgets_calls(void);

/* Sets the thread back to before that call. */
void arch_rewind(arch_registers *regs, uint64_t first_argument);

/*
 * Takes that back: the call has ended with EINTR, and `ip` is the instruction pointer then. False, and
 * nothing is changed, where the thread does not stand any more as it was set back.
 */
bool arch_take_back_rewind(arch_registers *regs, uint64_t ip, int32_t nr, uint64_t first_argument);

/*
 * The kernel shows not all registers at syscall stops, and lets none of those be changed there. So
 * what was read at one can only be written back at another: this takes what is missing from `now`,
 * which was read at any other kind of stop, and which no injected call has changed.
 */
void arch_fill_in(arch_registers *saved, const arch_registers *now);

/*
 * At a seccomp stop: lets the call fail with ENOSYS, and where registers can do that, without being
 * made (see refuse_call() of struct kernel).
 */
void arch_refuse_call(arch_registers *regs);

/*
 * At the stop for a signal that an instruction has raised: lets the thread come to that instruction again,
 * where the kernel has gone past it. `code` as above. Returns whether the registers were changed.
 */
bool arch_repeat_fault(arch_registers *regs, int sig, const unsigned char *code);

#endif
