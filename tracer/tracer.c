#include "tracer.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>

#include "alloc.h"
#include "due.h"
#include "follow.h"
#include "forward.h"
#include "guardian.h"
#include "listener.h"
#include "own.h"
#include "proc.h"
#include "run.h"
#include "spawn.h"
#include "ticker.h"

struct tracer {
	struct run run;
};

struct tracer *tracer_new(struct kernel *kernel, const struct observer *observer, void *data,
			  const struct tracer_options *options)
{
	struct tracer *tracer = xcalloc(1, sizeof(*tracer));

	run_init(&tracer->run, kernel != NULL ? kernel : kernel_linux(), observer, data);
	tracer->run.request = *options;
	return tracer;
}

void tracer_free(struct tracer *tracer)
{
	if (tracer == NULL)
		return;
	run_release(&tracer->run);
	free(tracer);
}

void tracer_know(struct tracer *tracer, const struct abi *abi, int32_t nr)
{
	struct knowledge *learnt = &tracer->run.learnt;

	if (!sysset_add(&learnt->calls, abi, nr))
		return;
	learnt->known++;
	learnt->known_of[abi_index(abi)]++;
}

/* It must be seen how many seccomp filters a thread has. */
static int refuse_after_filter(int error, struct err *err)
{
	if (error == ENODATA)
		return err_set(err, ENOSYS,
			       "--after-filter needs Linux 5.9, which tells how many seccomp "
			       "filters a thread has");
	return err_sys(err, error,
		       "--after-filter needs to see how many seccomp filters a thread has: cannot "
		       "read /proc/self/status");
}

/* What has to be known of this process before there is a workload. */
static int look_at_host(struct run *run, struct err *err)
{
	run->host.filtered = own_filtered();
	run->request.sieve =
		run->request.sieve && arch_can_inject() && !(run->host.filtered && own_notified());
	run->host.lets_go = run->request.sieve && !run->request.after_filter &&
			    run->request.tuning.let_go && listener_supported();
	run->host.privileged = own_capable(UINT64_C(1) << CAP_SYS_PTRACE);
	/* To read a file takes longer than to ask. */
	bool count = run->request.after_filter || run->host.filtered;
	long filters = count ? own_filter_count() : 0;
	run->host.filters = filters > 0 ? filters : 0;
	if (filters < 0 && run->request.after_filter)
		return refuse_after_filter((int)-filters, err);
	run->host.has_strangers = kernel_has_children();
	return 0;
}

int tracer_spawn(struct tracer *tracer, char *const argv[], struct err *err)
{
	struct run *run = &tracer->run;
	sigset_t all, mask;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &mask);
	run->start = run->kernel->now(run->kernel);
	int r = look_at_host(run, err);
	if (r < 0) {
		(void)sigprocmask(SIG_SETMASK, &mask, NULL);
		return r;
	}
	ticker_start();
	/* Without the sieve nobody needs us to live on, and with one that lets go nobody does either. */
	bool exit_kill = run->request.sieve && !run->host.lets_go;
	r = spawn(argv, &mask, run->request.sieve, exit_kill, &run->main.pid, &run->main.error_pipe,
		  err);
	if (r == 0)
		forward_start(run->main.pid);
	/* The workload has its mask already. Our own words must not stop us in the background (stty tostop). */
	forward_unblock(&mask);
	(void)sigaddset(&mask, SIGTTOU);
	(void)sigaddset(&mask, SIGCHLD);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	return r;
}

int tracer_run(struct tracer *tracer, bool *exec_failed, struct err *err)
{
	int r = follow(&tracer->run, exec_failed, err);

	guardian_stop();
	return r;
}

void tracer_end_all(struct tracer *tracer)
{
	due_end_all(&tracer->run);
}

static const char *name_mode(const struct tracer_options *request)
{
	return request->after_filter ? "after-filter" : request->sieve ? "sieve" : "exact";
}

static struct late_call find_late(const struct sysset *calls)
{
	struct late_call late = {0};

	for (size_t i = 0; i < abi_count; i++) {
		const struct sysset_call *call;
		for (call = calls->calls[i]; call != NULL; call = call->hh.next)
			if (call->late > late.times)
				late = (struct late_call){&abi_table[i], call->nr, call->late};
	}
	return late;
}

struct tracer_figures tracer_figures(const struct tracer *tracer)
{
	const struct run *run = &tracer->run;
	struct tracer_figures figures = {
		.mode = name_mode(&run->request),
		.t = run->end,
		.last_new = run->learnt.last_new,
		.calls = run->learnt.calls.n - run->learnt.known,
		.main_ended = run->main.ended,
		.main_status = run->main.status,
		.processes = run->tasks.seen_processes,
		.threads = run->tasks.seen_tasks,
		.stops = run->pacing.stops,
		.let_go = run->learnt.let_go,
		.notifications = run->learnt.notifications,
		.late = find_late(&run->learnt.calls),
		.sieves = run->learnt.sieves,
		.sieved = run->learnt.sieved,
		.trouble = run->trouble.msg,
	};

	for (size_t i = 0; i < abi_count; i++)
		figures.calls_of[i] =
			sysset_count(&run->learnt.calls, &abi_table[i]) - run->learnt.known_of[i];
	return figures;
}

bool tracer_can_tell_who(void)
{
	return proc_shows_us();
}
