#include "decide.h"

#include "program.h"

static bool is_quick(const struct tuning *tuning, const struct process_habits *process, double now)
{
	return (double)process->quiet >= (now - process->quiet_since) * tuning->least_rate;
}

/* The same one or two calls, and nothing new in the whole run meanwhile. */
static bool repeats(const struct tuning *tuning, const struct run_habits *run,
		    const struct process_habits *process)
{
	uint64_t enough = tuning->repeating_quiet;

	return process->quiet >= enough && run->quiet >= enough &&
	       __builtin_popcountll(process->numbers) <= 2;
}

static enum sieve_reason decide_for_starter(const struct tuning *tuning,
					    const struct run_habits *run, uint64_t stops)
{
	if (run->same >= tuning->same_children)
		return SIEVE_SAME_CHILDREN;
	if (run->children >= tuning->children_quiet &&
	    stops - run->stops_then >= tuning->starter_quiet)
		return SIEVE_CHILDREN;
	return SIEVE_STARTS_OTHERS;
}

/*
 * Called like this it has come to its end before, so it is no server, and it started nobody who would inherit what
 * is decided here. Then the first of its calls say enough: should it do something else this time, it is not
 * for long.
 */
static bool is_known_way(const struct process_habits *process)
{
	const struct program *way = process->executed ? process->way : NULL;

	return way != NULL && way->runs > 0 && !way->starts && process->children == 0;
}

/* Has it made enough calls that taught nothing? SIEVE_FEW_CALLS: it has not. */
static enum sieve_reason decide_by_calls(const struct tuning *tuning,
					 const struct process_habits *process,
					 const struct program *program, bool repeating)
{
	if (repeating)
		return SIEVE_REPEATS;
	if (process->quiet >= tuning->process_quiet)
		return SIEVE_QUIET;
	if (program != NULL && program->runs >= tuning->familiar_runs &&
	    process->quiet >= tuning->familiar_quiet)
		return SIEVE_FAMILIAR;
	if (is_known_way(process) && process->quiet >= tuning->way_quiet)
		return SIEVE_KNOWN_WAY;
	return SIEVE_FEW_CALLS;
}

enum sieve_reason decide(const struct tuning *tuning, const struct run_habits *run,
			 const struct process_habits *process, uint64_t stops, double now)
{
	const struct program *program = process->executed ? process->program : NULL;
	bool repeating = repeats(tuning, run, process);

	if (run->quiet < tuning->run_quiet && !repeating)
		return SIEVE_RUN_LEARNS;
	if (process->children >= tuning->starter)
		return decide_for_starter(tuning, run, stops);
	if (program != NULL && program->quiet_runs >= tuning->quiet_runs)
		return SIEVE_QUIET_PROGRAM;
	if (is_known_way(process) && process->way->quiet_runs > 0)
		return SIEVE_QUIET_WAY;
	enum sieve_reason reason = decide_by_calls(tuning, process, program, repeating);
	if (!sieve_reason_is_for(reason))
		return reason;
	bool probing = process->probes * tuning->calls_per_probe > process->quiet;
	if (probing && run->quiet < tuning->probing_quiet)
		return SIEVE_PROBES;
	return is_quick(tuning, process, now) ? reason : SIEVE_SLOW;
}

bool sieve_reason_is_for(enum sieve_reason reason)
{
	return reason > SIEVE_LAST_REFUSAL;
}

const char *sieve_reason_text(enum sieve_reason reason)
{
	static const char *const texts[] = {
		[SIEVE_NOT_ASKED_FOR] = "everything is recorded exactly",
		[SIEVE_PROCESS_UNKNOWN] = "its process is not known",
		[SIEVE_OWN_FILTER] = "it has a filter of its own",
		[SIEVE_AT_EXEC] = "it stands at the exit of an exec",
		[SIEVE_DISPATCHES] = "its calls raise SIGSYS",
		[SIEVE_PUT_OFF] = "attempts have come to nothing",
		[SIEVE_THERE] = "it has the sieve",
		[SIEVE_CANNOT] = "filters of others are there",
		[SIEVE_SHARES_MEMORY] = "it may share its memory with its parent",
		[SIEVE_SIBLING_EXECUTES] = "another thread executes a program",
		[SIEVE_RUN_LEARNS] = "the run still learns",
		[SIEVE_STARTS_OTHERS] = "it starts others",
		[SIEVE_FEW_CALLS] = "it has made few calls since it taught something",
		[SIEVE_PROBES] = "it tries its descriptors",
		[SIEVE_SLOW] = "its calls are far apart",
		[SIEVE_STRAY] = "something of a lost attempt is there",
		[SIEVE_QUIET] = "many calls taught nothing",
		[SIEVE_REPEATS] = "it repeats one or two calls",
		[SIEVE_FAMILIAR] = "its program has often run to its end",
		[SIEVE_KNOWN_WAY] = "its program has been called like this before",
		[SIEVE_QUIET_WAY] = "the last run of its program, called like this, taught nothing",
		[SIEVE_QUIET_PROGRAM] = "the last runs of its program taught nothing",
		[SIEVE_SAME_CHILDREN] = "its children all execute one program",
		[SIEVE_CHILDREN] = "its children teach nothing",
	};

	return texts[reason];
}
