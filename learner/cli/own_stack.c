#include "own_stack.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

/* makecontext() hands on integers only. */
static struct {
	int (*run)(int argc, char **argv);
	int argc;
	char **argv;
} call;

static void run_call(void)
{
	exit(call.run(call.argc, call.argv));
}

int own_stack_run(int (*run)(int argc, char **argv), int argc, char **argv)
{
	static ucontext_t context; /* 4.5 KiB on some machines, on the stack that is small */
	struct rlimit limit;
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);

	if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur >= OWN_STACK_SIZE)
		return run(argc, argv);
	char *stack = mmap(NULL, guard + OWN_STACK_SIZE, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return run(argc, argv);
	if (mprotect(stack + guard, OWN_STACK_SIZE, PROT_READ | PROT_WRITE) == 0 &&
	    getcontext(&context) == 0) {
		call.run = run;
		call.argc = argc;
		call.argv = argv;
		context.uc_stack.ss_sp = stack + guard;
		context.uc_stack.ss_size = OWN_STACK_SIZE;
		context.uc_link = NULL;
		makecontext(&context, run_call, 0);
		(void)setcontext(&context);
	}
	(void)munmap(stack, guard + OWN_STACK_SIZE);
	return run(argc, argv);
}
