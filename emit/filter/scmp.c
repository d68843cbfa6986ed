#include "scmp.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "syscalls.h"

#define ARGS_MAX 6

static const enum scmp_compare compares[COMPARE_MAX] = {
	[COMPARE_NE] = SCMP_CMP_NE,
	[COMPARE_LT] = SCMP_CMP_LT,
	[COMPARE_LE] = SCMP_CMP_LE,
	[COMPARE_EQ] = SCMP_CMP_EQ,
	[COMPARE_GE] = SCMP_CMP_GE,
	[COMPARE_GT] = SCMP_CMP_GT,
	[COMPARE_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

uint32_t scmp_action(struct verdict verdict)
{
	switch (verdict.action) {
	case ACTION_ALLOW:
		return SCMP_ACT_ALLOW;
	case ACTION_LOG:
		return SCMP_ACT_LOG;
	case ACTION_NOTIFY:
		return SCMP_ACT_NOTIFY;
	case ACTION_TRACE:
		return SCMP_ACT_TRACE(verdict.errno_ret);
	case ACTION_ERRNO:
		return SCMP_ACT_ERRNO(verdict.errno_ret);
	case ACTION_TRAP:
		return SCMP_ACT_TRAP;
	case ACTION_KILL_PROCESS:
		return SCMP_ACT_KILL_PROCESS;
	default:
		return SCMP_ACT_KILL_THREAD;
	}
}

bool scmp_number(const struct rule *rule, const struct abi *const *abis, size_t n, int *number)
{
	int32_t nr;

	*number = seccomp_syscall_resolve_name(rule->name);
	if (*number != __NR_SCMP_ERROR)
		return true;
	/* What it does not know can only be added for the machine itself. */
	if (n != 1 || abis[0] != abi_native() || !syscalls_number(abis[0], rule->name, &nr))
		return false;
	*number = (int)abi_raw_number(abis[0], nr);
	return true;
}

char *scmp_version(void)
{
	const struct scmp_version *version = seccomp_version();

	return xasprintf("libseccomp %u.%u.%u", version->major, version->minor, version->micro);
}

/* ---- In the other process ------------------------------------------------------------------- */

struct job {
	struct verdict fallback;
	const struct abi *const *abis;
	size_t n;
	struct scmp_rule *rules;
	size_t n_rules;
	int answers, program; /* files: a struct answer for each step, and what came out */
};

enum step { STEP_DEFAULT, STEP_ABI, STEP_RULE, STEP_PROGRAM };

/* What a step came to. Only of rules more than one that failed. */
struct answer {
	enum step step;
	size_t i;
	int result; /* 0 or a negative errno */
};

static void answer(const struct job *job, enum step step, size_t i, int result)
{
	const struct answer a = {step, i, result};

	if (write(job->answers, &a, sizeof(a)) != sizeof(a))
		_exit(EXIT_FAILURE);
}

/*
 * Nothing that it makes after that is to be trusted, whatever it returns: libseccomp does not look at
 * all that it gets from malloc().
 */
static void stop_without_memory(const struct job *job)
{
	if (errno != ENOMEM)
		return;
	answer(job, STEP_PROGRAM, 0, -ENOMEM);
	_exit(EXIT_SUCCESS);
}

static bool add_abis(const struct job *job, scmp_filter_ctx filter)
{
	bool native = false;

	for (size_t i = 0; i < job->n; i++) {
		int r = seccomp_arch_add(filter, job->abis[i]->scmp);

		native = native || job->abis[i]->scmp == seccomp_arch_native();
		if (r < 0 && r != -EEXIST) {
			answer(job, STEP_ABI, i, r);
			return false;
		}
	}
	if (!native)
		(void)seccomp_arch_remove(filter, SCMP_ARCH_NATIVE);
	return true;
}

static int add_rule(scmp_filter_ctx filter, const struct scmp_rule *added)
{
	const struct rule *rule = added->rule;
	struct scmp_arg_cmp conditions[ARGS_MAX];
	unsigned int n = 0;

	if (rule->n_conditions > ARGS_MAX)
		return -EINVAL;
	for (; n < rule->n_conditions; n++) {
		const struct condition *c = &rule->conditions[n];
		conditions[n] = (struct scmp_arg_cmp){.arg = c->index,
						      .op = compares[c->op],
						      .datum_a = c->value,
						      .datum_b = c->value_two};
	}
	return seccomp_rule_add_array(filter, scmp_action(rule->verdict), added->number, n,
				      conditions);
}

/* What is left behind in memory, also by libseccomp where it refuses a rule, ends with the process. */
static void compile(const struct job *job)
{
	errno = 0;
	scmp_filter_ctx filter = seccomp_init(scmp_action(job->fallback));
	stop_without_memory(job);
	if (filter == NULL) {
		answer(job, STEP_DEFAULT, 0, -EINVAL);
		return;
	}
	if (!add_abis(job, filter))
		return;
	for (size_t i = 0; i < job->n_rules; i++) {
		int r = add_rule(filter, &job->rules[i]);
		stop_without_memory(job);
		if (r < 0)
			answer(job, STEP_RULE, i, r);
	}
	int r = seccomp_export_bpf(filter, job->program);
	stop_without_memory(job);
	answer(job, STEP_PROGRAM, 0, r);
}

/* ---- In this one ---------------------------------------------------------------------------- */

/* Seconds of processor time. What ends at all takes a hundredth of one. */
#define SECONDS_MAX 2

static void limit(void)
{
	const struct rlimit none = {0}, seconds = {SECONDS_MAX, SECONDS_MAX + 1};
	const struct sigaction usual = {.sa_handler = SIG_DFL};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)setrlimit(RLIMIT_CPU, &seconds);
	(void)sigaction(SIGXCPU, &usual, NULL);
}

static int run(const struct job *job, struct err *err)
{
	pid_t pid = fork();
	int status = 0;

	if (pid < 0)
		return err_sys(err, errno, "cannot start a process for libseccomp");
	if (pid == 0) {
		limit();
		compile(job);
		_exit(EXIT_SUCCESS);
	}
	/* Where SIGCHLD is ignored it fails, after the end of the process as well. */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGXCPU && WTERMSIG(status) != SIGKILL)
		return err_set(err, ENOMEM,
			       "libseccomp has crashed (signal %d), as it does when it is out of "
			       "memory",
			       WTERMSIG(status));
	return 0;
}

static int read_program(int fd, struct strbuf *out, struct err *err)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size < 0)
		return err_sys(err, errno, "cannot read the program");
	strbuf_reserve(out, (size_t)size);
	ssize_t got = pread(fd, out->s + out->len, (size_t)size, 0);
	if (got != size)
		return err_sys(err, got < 0 ? errno : EIO, "cannot read the program");
	out->len += (size_t)size;
	out->s[out->len] = '\0';
	return 0;
}

static int take_answers(const struct job *job, struct strbuf *out, struct err *err)
{
	struct answer a;

	if (lseek(job->answers, 0, SEEK_SET) != 0)
		return err_sys(err, errno, "cannot read what libseccomp said");
	while (read(job->answers, &a, sizeof(a)) == sizeof(a)) {
		if (a.result == -ENOMEM)
			oom();
		switch (a.step) {
		case STEP_DEFAULT:
			return err_set(err, ENOTSUP, "libseccomp refuses %s as the default",
				       action_oci_name(job->fallback.action));
		case STEP_ABI:
			(void)err_sys(err, -a.result, "libseccomp cannot make a filter for ABI %s",
				      job->abis[a.i]->name);
			return -ENOTSUP;
		case STEP_RULE:
			job->rules[a.i].refused = a.result;
			break;
		case STEP_PROGRAM:
			if (a.result < 0)
				return err_sys(err, -a.result,
					       "libseccomp cannot make the program");
			return read_program(job->program, out, err);
		}
	}
	return err_set(err, ETIME,
		       "libseccomp comes to no end with the filter, as with some sets of "
		       "conditions, or when it is out of memory");
}

int scmp_compile(struct verdict fallback, const struct abi *const *abis, size_t n,
		 struct scmp_rule *rules, size_t n_rules, struct strbuf *out, struct err *err)
{
	cleanup_close int answers = memfd_create("seccomp-learn", MFD_CLOEXEC);
	cleanup_close int program = memfd_create("seccomp-learn", MFD_CLOEXEC);
	const struct job job = {fallback, abis, n, rules, n_rules, answers, program};

	if (answers < 0 || program < 0)
		return err_sys(err, errno, "cannot make a file in memory");
	for (size_t i = 0; i < n_rules; i++)
		rules[i].refused = 0;
	int r = run(&job, err);
	return r < 0 ? r : take_answers(&job, out, err);
}
