#include "rule_history.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "hash.h"

struct rule_history {
	char *name; /* owned; the key */
	bool plain; /* a rule without conditions: */
	struct verdict verdict;
	size_t line;
	size_t with_conditions; /* so many rules */
	bool order,
		wide; /* one of them compares by order; with large values or several arguments */
	UT_hash_handle hh;
};

static struct rule_history *history_of(struct rule_history **all, const char *name)
{
	struct rule_history *past;

	HASH_FIND_STR(*all, name, past);
	if (past == NULL) {
		past = xcalloc(1, sizeof(*past));
		past->name = xstrdup(name);
		HASH_ADD_KEYPTR(hh, *all, past->name, strlen(past->name), past);
	}
	return past;
}

/* Of several rules without conditions for one name, runtimes take one. */
static void warn_overruled(struct reading *reading, struct rule_history *past,
			   struct verdict verdict, size_t line)
{
	const struct verdict fallback = reading->profile->fallback;

	if (!past->plain) {
		past->plain = true;
		past->verdict = verdict;
		past->line = line;
		return;
	}
	if (verdict_same_effect(verdict, past->verdict))
		return;
	/* The first; but a rule that says what the default says is left out, wherever it stands. */
	bool later = verdict_same_effect(past->verdict, fallback);
	enum action lost = later ? past->verdict.action : verdict.action;
	enum action kept = later ? verdict.action : past->verdict.action;
	warnings_add(reading->warnings, WARNING_OVERRULED, later ? past->line : line,
		     "\"%s\" is %s here, but %s in line %zu, which is what counts", past->name,
		     action_oci_name(lost),
		     lost == kept ? "has another errno" : action_oci_name(kept),
		     later ? line : past->line);
	if (later) {
		past->verdict = verdict;
		past->line = line;
	}
}

static bool is_order(enum compare op)
{
	return op == COMPARE_LT || op == COMPARE_LE || op == COMPARE_GE || op == COMPARE_GT;
}

/*
 * Tried with libseccomp 2.5.4 and thousands of filters: one rule alone, EQ, NE and MASKED_EQ, and
 * order comparisons of one argument with values of 32 bits come out right; of others up to a
 * half allow or refuse what no rule says.
 */
static void warn_miscompiled(struct reading *reading, struct rule_history *past,
			     const struct oci_args *args, size_t line)
{
	bool warned = past->with_conditions > 1 && past->order && past->wide;

	past->with_conditions += args->alternatives ? args->n : 1;
	past->wide = past->wide || (!args->alternatives && args->n > 1);
	for (size_t i = 0; i < args->n; i++) {
		if (!is_order(args->of[i].op))
			continue;
		past->order = true;
		past->wide = past->wide || args->of[i].value > UINT32_MAX;
	}
	if (!warned && past->with_conditions > 1 && past->order && past->wide)
		warnings_add(reading->warnings, WARNING_MISCOMPILED, line,
			     "libseccomp before 2.6.1 may make another filter of the several rules "
			     "for \"%s\", one of which compares by order (GHSA-4q85-33p6-j5g6)",
			     past->name);
}

void rule_history_add(struct rule_history **history, struct reading *reading, const char *name,
		      struct verdict verdict, const struct oci_args *args, size_t line)
{
	if (reading->warnings == NULL)
		return;
	if (args->n == 0)
		warn_overruled(reading, history_of(history, name), verdict, line);
	else if (!profile_is_default(reading->profile, verdict))
		warn_miscompiled(reading, history_of(history, name), args, line);
}

void rule_history_release(struct rule_history **history)
{
	struct rule_history *past, *next;

	HASH_ITER(hh, *history, past, next) {
		HASH_DEL(*history, past);
		free(past->name);
		free(past);
	}
}
