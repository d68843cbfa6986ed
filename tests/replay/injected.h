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
#define NR_CLOSE "57"
#else
#define NR_MMAP "9"
#define NR_SECCOMP "317"
#define NR_MUNMAP "11"
#define NR_PRCTL "157"
#define NR_CLOSE "3"
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

/* The same where processes are let go. */
#define BEGUN "guard; mask 10; bind 10; " MMAP
#define LISTEN "call 10 " NR_SECCOMP " listens; syscall 10"
#define CLOSE "call 10 " NR_CLOSE "; syscall 10"
#define PUT_BACK "registers 10; unmask 10; unbind 10; "
#define MAPPED_TO_LISTEN INSIDE("syscall 10"), LEAVE(10, PAGE, "write 10; " LISTEN)
#define LISTENS(fd) INSIDE("syscall 10"), LEAVE(10, fd, "take 10 3; " CLOSE)
#define PUT_AWAY INSIDE("syscall 10"), LEAVE(10, 0, UNMAP)

/* From the first call on, the listener being descriptor 3 in the thread. */
#define LET_GO_THEN(then) \
	MAPPED_TO_LISTEN, LISTENS(3), PUT_AWAY, INSIDE("syscall 10"), LEAVE(10, 0, PUT_BACK then)
#define PLAY_GOING(lines, ...) PLAY(lines, .lets_go = true, __VA_ARGS__)
#define GOES FIRST_CALL(BEGUN), LET_GO_THEN("detach 10")

#endif
