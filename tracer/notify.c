#include "notify.h"

#include <errno.h>

#include "learn.h"
#include "notified.h"

/* A thread that is still traced may be the first to show that its process has inherited such a sieve. */
static void note_met(struct run *run, pid_t tid)
{
	const struct task *task = tasks_find(&run->tasks, tid);

	if (task != NULL && task->process != NULL)
		run_enter_sieve_state(run, task->process, NOTIFIER_MET);
}

static void look_at(struct run *run, int listener, const struct notification *n)
{
	int32_t nr;
	const struct abi *abi = abi_of_call(n->arch, (uint64_t)(uint32_t)n->nr, &nr);

	note_met(run, n->tid);
	/* Without a sieve nobody sees these, and they need not be learnt: layer vdso. */
	if (learn_is_vsyscall(n->instruction_pointer))
		return;
	if (abi == NULL) {
		gap_raise_unknown_abi(run, notified_caller(run, n), n->arch);
		return;
	}
	enum watched kind = watch_kind(&run->learnt.watch, abi, nr);
	bool taught;
	sysset_enter(&run->learnt.calls, abi, nr, &taught)->late++;
	if (taught) {
		habits_note_new_call(&run->learnt.habits, NULL, kind, run->pacing.stops,
				     run_time(run));
		learn_notified(run, listener, n, abi, nr);
	} else {
		habits_note_known_call(&run->learnt.habits, NULL, kind, nr);
	}
	notified_look_at(run, n, kind, abi, nr);
}

static void serve_call(struct run *run, int listener)
{
	struct kernel *k = run->kernel;
	struct notification n;
	int r = k->receive(k, listener, &n);

	/* It was killed, or a signal has broken it off before we saw it. */
	if (r == -ENOENT || r == -EINTR)
		return;
	if (r < 0) {
		run_fail(run, r, "receiving a call", 0);
		return;
	}
	run->learnt.notifications++;
	/* What it makes for us is not the workload's. Some have no number here, and 0 is nobody. */
	if (n.tid == 0 || n.tid != run->injected)
		look_at(run, listener, &n);
	r = k->answer(k, listener, n.id);
	if (r < 0 && r != -ENOENT)
		run_fail(run, r, "answering a call", n.tid);
}

int notify_serve(struct run *run, bool sleep)
{
	struct kernel *k = run->kernel;
	int listener;
	int news = k->poll(k, sleep, &listener);

	switch (news) {
	case LISTENER_CALL:
		serve_call(run, listener);
		return 1;
	case LISTENER_GONE:
		k->close_listener(k, listener);
		run->listeners--;
		return 1;
	case LISTENER_QUIET:
		return 0;
	default:
		if (news != -EINTR)
			run_fail(run, news, "poll", 0);
		return news;
	}
}
