/*
 * Runs the program on a stack of its own where the one that the kernel gave is too small: a limit of
 * "ulimit -s" is the user's, may be there for the workload, and must not be the end of what watches
 * it. The kernel also takes the arguments, the environment and up to 8 KiB at random from it.
 */
#ifndef LEARNER_OWN_STACK_H
#define LEARNER_OWN_STACK_H

/*
 * run(argc, argv), whose result is returned. Where the stack has a limit of less than OWN_STACK_SIZE,
 * it runs on a mapping of that size with a page below it that nobody may touch, and the process ends
 * with the result as its status: a way back would also bring back the signal mask of the start, and
 * signals that were held off to the end would kill. Where there can be no mapping, it runs on the
 * given stack. The limit stays as it is, and a workload has the kernel's stack. For main() alone:
 * once, before there are threads.
 */
int own_stack_run(int (*run)(int argc, char **argv), int argc, char **argv);

enum { OWN_STACK_SIZE = 256 * 1024 };

#endif
