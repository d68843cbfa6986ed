#include "summary.h"

#include "gaps.h"
#include "say.h"
#include "strbuf.h"

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

/* Short runs in milliseconds: "0.0 s" would say nothing. */
static int digits(double seconds)
{
	return seconds < 10 ? 3 : 1;
}

void summary_say(const struct summary *summary, const struct recording *recording)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;

	strbuf_adds(&line, "learnt system calls: ");
	add_counts(&line, summary);
	strbuf_addf(&line, "; %llu %s, %llu %s, %.*f s", (unsigned long long)summary->processes,
		    plural(summary->processes, "process", "processes"),
		    (unsigned long long)summary->threads,
		    plural(summary->threads, "thread", "threads"), digits(summary->t), summary->t);
	if (summary->calls > 0)
		strbuf_addf(&line, ", the last new one after %.*f s", digits(summary->t),
			    summary->last_new);
	say("%s", line.s);
	if (summary->nobody_named)
		say("/proc does not show this PID namespace: who made each call is not known, nor "
		    "whether "
		    "privileges were refused to a program; mount it there");
	gaps_say(recording->gaps, recording->n_gaps);
}
