/* The lines of a script in which a sieve is installed. */
#ifndef TESTS_INJECTED_H
#define TESTS_INJECTED_H

#include "arch.h"
#include "script.h"
#include "sieve.h"

/* Injected calls are this machine's, whatever those are that the thread makes itself. */
#if defined(__aarch64__)
#define NR_MMAP "222"
#define NR_SECCOMP "277"
#define NR_MUNMAP "215"
#define NR_PRCTL "167"
#else
#define NR_MMAP "9"
#define NR_SECCOMP "317"
#define NR_MUNMAP "11"
#define NR_PRCTL "157"
#endif
#define MMAP "call 10 " NR_MMAP " prot 1; syscall 10"
#define LOAD "call 10 " NR_SECCOMP "; syscall 10"
#define UNMAP "call 10 " NR_MUNMAP "; syscall 10"
#define PAGE 0x7000

/* The first call, which is learnt, and at whose exit the attempt is made. */
#define FIRST_CALL(then) \
	ENTER(10, 39, "syscall 10"), LEAVE(10, 10, "observed x86_64:39 by 10/10 = 10; " then)

#define INSIDE(then) SYSCALL_STOP(10, then)
#define MAPPED INSIDE("syscall 10"), LEAVE(10, PAGE, "write 10; " LOAD)
#define UNMAPPED(then) INSIDE("syscall 10"), LEAVE(10, 0, "registers 10; unmask 10; " then)

/* The whole of it, the load's result being given. */
#define ATTEMPT(result, then) MAPPED, INSIDE("syscall 10"), LEAVE(10, result, UNMAP), UNMAPPED(then)

#endif
