#include "summary.h"

#include "gaps.h"
#include "say.h"
#include "strbuf.h"
#include "syscalls.h"

#define NAMES_SHOWN 12

static const char *plural(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

/* "84 on x86_64 and 12 on x86", or "none". */
static void add_counts(struct strbuf *line, const struct summary *summary)
{
	bool any = false;

	for (size_t i = 0; i < abi_count; i++) {
		size_t n = summary->calls_of[i];
		if (n == 0)
			continue;
		strbuf_addf(line, "%s%zu on %s", any ? " and " : "", n, abi_table[i].name);
		any = true;
	}
	if (!any)
		strbuf_adds(line, "none");
}

/* ", 62 known from app.rec" */
static void add_known(struct strbuf *line, const struct known_line *known)
{
	strbuf_addf(line, ", %zu known from ", known->n_calls);
	if (known->n_from > 2)
		strbuf_addf(line, "%zu recordings", known->n_from);
	else
		strbuf_addf(line, "%s%s%s", known->from[0], known->n_from > 1 ? " and " : "",
			    known->n_from > 1 ? known->from[1] : "");
}

/* A line for each ABI, of so many names that somebody reads it. */
static void say_new(const struct recording *recording)
{
	for (size_t a = 0; a < abi_count; a++) {
		cleanup_strbuf struct strbuf line = STRBUF_INIT;
		size_t n = 0;
		for (size_t i = 0; i < recording->n_calls; i++) {
			const struct learnt *call = &recording->calls[i];
			if (call->abi != &abi_table[a] || call->n_by == 0 || n++ >= NAMES_SHOWN)
				continue;
			strbuf_adds(&line, n > 1 ? ", " : "");
			if (call->name != NULL)
				strbuf_adds(&line, call->name);
			else
				strbuf_addf(&line, "number %d", call->nr);
		}
		if (n > NAMES_SHOWN)
			strbuf_addf(&line, " and %zu more", n - NAMES_SHOWN);
		if (n > 0)
			say("new on %s: %s", abi_table[a].name, line.s);
	}
}

/* So many calls that have to be looked at are felt. */
#define LATE_MANY 5000

/* Short runs in milliseconds: "0.0 s" would say nothing. */
static int digits(double seconds)
{
	return seconds < 10 ? 3 : 1;
}

/* The filter of a process can't be changed when it has been loaded. */
static void say_late(const struct summary *summary)
{
	char name[SYSCALL_NAME_MAX];

	if (syscalls_name(summary->late, summary->late_nr, name))
		say("%s was new when its process had its filter already, and was looked at %llu "
		    "times; with --known and this recording the next run is faster",
		    name, (unsigned long long)summary->late_times);
}

void summary_say(const struct summary *summary, const struct recording *recording)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	size_t known_gaps = 0;

	strbuf_adds(&line, summary->known != NULL ? "new system calls: " : "learnt system calls: ");
	add_counts(&line, summary);
	if (summary->known != NULL)
		add_known(&line, summary->known);
	strbuf_addf(&line, "; %s%llu %s, %llu %s, %.*f s", summary->at_least ? "at least " : "",
		    (unsigned long long)summary->processes,
		    plural(summary->processes, "process", "processes"),
		    (unsigned long long)summary->threads,
		    plural(summary->threads, "thread", "threads"), digits(summary->t), summary->t);
	if (summary->calls > 0)
		strbuf_addf(&line, ", the last new one after %.*f s", digits(summary->t),
			    summary->last_new);
	say("%s", line.s);
	if (summary->known != NULL)
		say_new(recording);
	if (summary->late != NULL && summary->late_times >= LATE_MANY)
		say_late(summary);
	if (summary->nobody_named)
		say("/proc does not show this PID namespace: who made each call is not known, nor "
		    "whether "
		    "privileges were refused to a program; mount it there");
	/* They stand first. */
	while (known_gaps < recording->n_gaps && recording->gaps[known_gaps].known)
		known_gaps++;
	gaps_say(recording->gaps + known_gaps, recording->n_gaps - known_gaps);
}
