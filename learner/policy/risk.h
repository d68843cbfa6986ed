/*
 * What is to be known about a system call before a profile allows it: facts for a reviewer. Every
 * call has an entry that Docker's default profile does not allow unconditionally on the ABIs that
 * have it.
 */
#ifndef LEARNER_RISK_H
#define LEARNER_RISK_H

enum risk_level {
	RISK_RISKY, /* reaches beyond the process: the host, the kernel, others, or past filters */
	RISK_MINOR, /* Docker leaves it out, but it is old, empty or harmless */
};

struct risk {
	const char *name;
	enum risk_level level;
	const char *what;       /* what it can do */
	const char *capability; /* what the kernel asks for, for all or some of it; NULL: none */
	const char *docker;     /* how Docker's default profile has it: "allows it only with ..." */
};

/* NULL: Docker allows it, or nobody knows the call. */
const struct risk *risk_of(const char *name);

/* "risky", "minor". */
const char *risk_level_name(enum risk_level level);

#endif
