/* What must hold in every run, whatever the kernel says. */
#include "script.h"

#include <sys/wait.h>

#include "suspend.h"

const char *script_check_run(const struct run *run)
{
	const struct task *task;
	const struct process *process;
	size_t pending = 0, members = 0, counted = 0;
	bool due = run->request.tick_ms > 0 || run->ending.stage != ENDING_NOT ||
		   suspend_is_due(run) || run->ending.strangers_only > 0;

	for (task = run->tasks.by_tid; task != NULL; task = task->hh.next) {
		if (tasks_find(&run->tasks, task->tid) != task)
			return "a task is not found under its number";
		pending += task->pending != NULL;
		members += task->process != NULL;
	}
	for (process = run->tasks.by_tgid; process != NULL; process = process->hh.next) {
		if (process->n_tasks == 0)
			return "a process without threads was kept";
		counted += process->n_tasks;
	}
	if (pending != run->tasks.n_pending)
		return "the number of pending observations is wrong";
	if (members != counted)
		return "the threads of the processes do not add up";
	if (run->tasks.seen_tasks < tasks_count(&run->tasks))
		return "fewer threads seen than there are";
	due = due || pending > 0;
	if (due && run->timer.ms == 0)
		return "nothing ticks, but something is due";
	/* It runs on until it has ticked once. */
	if (!due && !run->unanswered && run->timer.ms != 0 && run->timer.ticked)
		return "the timer runs for nothing";
	return NULL;
}

const char *script_check_answer(int status, enum resume how, int sig)
{
	int stopped_by = WSTOPSIG(status);
	int event = (int)((unsigned int)status >> 16);
	bool group =
		event == PTRACE_EVENT_STOP && (stopped_by == SIGSTOP || stopped_by == SIGTSTP ||
					       stopped_by == SIGTTIN || stopped_by == SIGTTOU);
	bool delivery = event == 0 && stopped_by != (SIGTRAP | 0x80);

	if (how == RESUME_NONE)
		return "resumed with nothing";
	if (group != (how == RESUME_LISTEN))
		return group ? "a stopped process was resumed" : "LISTEN, but it is no group stop";
	if (sig != (delivery ? stopped_by : 0))
		return delivery ? "a signal was lost or exchanged" : "a signal out of nowhere";
	return NULL;
}

static void add_call(struct ledger *ledger, const syscall_info *info)
{
	int32_t nr;
	const struct abi *abi = abi_of_call(info->arch, info->entry.nr, &nr);

	if (abi == NULL)
		return;
	for (size_t i = 0; i < ledger->n; i++)
		if (ledger->calls[i].abi == abi && ledger->calls[i].nr == nr)
			return;
	if (ledger->n == sizeof(ledger->calls) / sizeof(ledger->calls[0]))
		return;
	ledger->calls[ledger->n].abi = abi;
	ledger->calls[ledger->n].nr = nr;
	ledger->calls[ledger->n++].observed = false;
}

void ledger_asked(struct ledger *ledger, int status, bool started, const syscall_info *info)
{
	bool entry = status == STOPPED(SIGTRAP | 0x80, 0) &&
		     info->op == PTRACE_SYSCALL_INFO_ENTRY && started;
	bool seccomp = status == STOPPED(SIGTRAP, PTRACE_EVENT_SECCOMP) &&
		       info->op == PTRACE_SYSCALL_INFO_SECCOMP;

	/* Number and arguments are in the same place for both. */
	if (entry || seccomp)
		add_call(ledger, info);
}

void ledger_received(struct ledger *ledger, const struct notification *n)
{
	syscall_info info = {.arch = n->arch, .entry.nr = (uint32_t)n->nr};

	/* See vsyscall(7): these need not be learnt. */
	if (n->instruction_pointer >> 12 != UINT64_C(0xffffffffff600))
		add_call(ledger, &info);
}

const char *ledger_observed(struct ledger *ledger, const struct observation *o)
{
	for (size_t i = 0; i < ledger->n; i++) {
		if (ledger->calls[i].abi != o->abi || ledger->calls[i].nr != o->nr)
			continue;
		if (ledger->calls[i].observed)
			return "a call was observed twice";
		ledger->calls[i].observed = true;
		return NULL;
	}
	return "a call was observed that nobody made";
}

const char *ledger_check(const struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->n; i++)
		if (!ledger->calls[i].observed)
			return "a call was never reported";
	return NULL;
}
