#include "gaps.h"

#include <string.h>

#include "gap.h"
#include "say.h"
#include "strbuf.h"

void gaps_say(const struct recorded_gap *gaps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t before = 0, after = 0;

		for (size_t j = 0; j < n; j++) {
			if (strcmp(gaps[j].kind, gaps[i].kind) != 0)
				continue;
			before += j < i;
			after += j > i;
		}
		if (before > 0)
			continue;
		cleanup_strbuf struct strbuf line = STRBUF_INIT;
		const char *advice = gap_advice(gaps[i].kind);
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
