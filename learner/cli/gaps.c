#include "gaps.h"

#include <string.h>

#include "gap.h"
#include "say.h"
#include "strbuf.h"

static bool same_kind(const struct recorded_gap *a, const struct recorded_gap *b)
{
	return strcmp(a->kind, b->kind) == 0;
}

/* Does another one say what this one has from before? */
static bool is_repeated(const struct recorded_gap *gaps, size_t n, size_t i)
{
	for (size_t j = 0; gaps[i].known && j < n; j++)
		if (j != i && (j < i || !gaps[j].known) && same_kind(&gaps[i], &gaps[j]) &&
		    strcmp(gaps[i].detail, gaps[j].detail) == 0)
			return true;
	return false;
}

static bool is_first(const struct recorded_gap *gaps, size_t n, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_kind(&gaps[j], &gaps[i]) && !is_repeated(gaps, n, j))
			return false;
	return !is_repeated(gaps, n, i);
}

void gaps_say(const struct recorded_gap *gaps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cleanup_strbuf struct strbuf line = STRBUF_INIT;
		const char *advice = gap_advice(gaps[i].kind);
		size_t after = 0;

		if (!is_first(gaps, n, i))
			continue;
		for (size_t j = i + 1; j < n; j++)
			after += same_kind(&gaps[j], &gaps[i]) && !is_repeated(gaps, n, j);
		strbuf_addf(&line, "gap %s", gaps[i].kind);
		if (*gaps[i].detail != '\0')
			strbuf_addf(&line, ": %s", gaps[i].detail);
		if (after > 0)
			strbuf_addf(&line, " (and %zu more of these)", after);
		if (advice != NULL)
			strbuf_addf(&line, ": %s", advice);
		say("%s", line.s);
	}
}
