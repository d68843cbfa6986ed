#include "gap_raise.h"

#include <stdarg.h>
#include <stdlib.h>

#include "cleanup.h"
#include "strbuf.h"
#include "syscalls.h"

struct caller gap_caller(struct task *task)
{
	struct process *process = task->process;
	struct caller caller = {.tid = task->tid, .pid = task->tid};

	if (process == NULL)
		return caller;
	caller.pid = process->tgid;
	caller.gaps =
		process->habits.program != NULL ? &process->habits.program->gaps : &process->gaps;
	return caller;
}

void gap_raise(struct run *run, struct caller caller, enum gap_kind kind, const char *fmt, ...)
{
	struct observation who = {0};
	CLEANUP(strbuf_release) struct strbuf detail = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&detail, fmt, ap);
	va_end(ap);
	if (caller.tid > 0)
		run->kernel->describe(run->kernel, caller.tid, 0, &who);
	strbuf_addf(&detail, " %s, pid %d",
		    who.exe != NULL    ? who.exe
		    : who.comm != NULL ? who.comm
				       : "a program",
		    (int)caller.pid);
	run_tell_gap(run, kind, detail.s);
	free(who.exe);
	free(who.comm);
	free(who.at);
}

bool gap_first_time(struct caller caller, enum gap_kind kind)
{
	unsigned int bit = 1u << kind;

	if (caller.gaps == NULL)
		return true;
	if ((*caller.gaps & bit) != 0)
		return false;
	*caller.gaps |= bit;
	return true;
}

void gap_raise_once(struct run *run, struct caller caller, enum gap_kind kind, const char *what)
{
	if (gap_first_time(caller, kind))
		gap_raise(run, caller, kind, "%s", what);
}

void gap_raise_unnamed(struct run *run, struct caller caller, const struct abi *abi, int32_t nr)
{
	char name[SYSCALL_NAME_MAX];

	if (!syscalls_name(abi, nr, name))
		gap_raise(run, caller, GAP_UNKNOWN_NUMBER, "%s call %d by", abi->name, (int)nr);
}

void gap_raise_unknown_abi(struct run *run, struct caller caller, uint32_t audit)
{
	if (gap_first_time(caller, GAP_UNKNOWN_NUMBER))
		gap_raise(run, caller, GAP_UNKNOWN_NUMBER, "call of unknown ABI 0x%x by",
			  (unsigned int)audit);
}

void gap_raise_privileges(struct run *run, struct caller caller, const char *what)
{
	if (gap_first_time(caller, GAP_PRIVILEGES_DROPPED))
		gap_raise(run, caller, GAP_PRIVILEGES_DROPPED, "%s refused to", what);
}
