#include "habits.h"

#include <stddef.h>

#include "program.h"

/* Every program closes a descriptor now and then, but not one right after another. */
static bool is_probe(struct process_habits *process, enum watched kind)
{
	bool after_close = process->closed;

	process->closed = kind == WATCH_CLOSES;
	return kind == WATCH_DUPLICATES || (process->closed && after_close);
}

void habits_count_anew(struct process_habits *process, double now)
{
	process->quiet = process->probes = process->numbers = 0;
	process->quiet_since = now;
}

void habits_note_new_call(struct run_habits *run, struct process_habits *process, enum watched kind,
			  uint64_t stops, double now)
{
	run->quiet = 0;
	run->children = run->same = 0;
	run->stops_then = stops;
	if (process == NULL)
		return;
	(void)is_probe(process, kind);
	habits_count_anew(process, now);
	process->taught = true;
}

void habits_note_known_call(struct run_habits *run, struct process_habits *process,
			    enum watched kind, int32_t nr)
{
	run->quiet++;
	if (process == NULL)
		return;
	process->quiet++;
	process->numbers |= UINT64_C(1) << (nr & 63);
	process->probes += is_probe(process, kind);
}

void habits_note_fork(struct run_habits *run, struct process_habits *parent,
		      struct process_habits *child, double now)
{
	child->quiet_since = now;
	run->children++;
	if (parent == NULL)
		return;
	parent->children++;
	/* The child may have been first, and have executed another one already. */
	if (!child->executed)
		child->program = parent->program;
}

/* A run of the program is over, by the end of the process or by another exec. */
static void note_run_of(const struct process_habits *process, struct program *program)
{
	if (!process->executed || program == NULL)
		return;
	program->runs++;
	program->quiet_runs = process->taught ? 0 : program->quiet_runs + 1;
	program->starts = program->starts || process->children > 0;
}

static void note_run(const struct process_habits *process)
{
	note_run_of(process, process->program);
	note_run_of(process, process->way);
}

void habits_note_exec(struct run_habits *run, struct process_habits *process,
		      struct program *program, struct program *way, double now)
{
	note_run(process);
	run->same = program != NULL && program == run->last ? run->same + 1 : 1;
	run->last = program;
	*process = (struct process_habits){
		.quiet_since = now,
		.executed = true,
		.program = program,
		.way = way,
	};
}

void habits_note_end(struct process_habits *process)
{
	note_run(process);
}
