#include "diffs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"
#include "syscalls.h"

/* ---- Inputs --------------------------------------------------------------------------------- */

/* Calls `add` for each word of `words`. */
static void each_word(const char *words, void (*add)(void *to, const char *word), void *to)
{
	char *copy = xstrdup(words), *rest = NULL;

	for (char *w = strtok_r(copy, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest))
		add(to, w);
	free(copy);
}

static void add_abi(void *profile, const char *name)
{
	assert_non_null(abi_by_name(name));
	profile_add_abi(profile, abi_by_name(name));
}

static void add_allowed(void *profile, const char *name)
{
	profile_add_rule(profile, name, allow, NULL, 0);
}

struct profile *make_profile(struct verdict fallback, const char *abis, const char *calls)
{
	struct profile *profile = profile_new();

	profile->fallback = fallback;
	each_word(abis, add_abi, profile);
	each_word(calls, add_allowed, profile);
	return profile;
}

void add_rule(struct profile *profile, const char *name, struct verdict verdict)
{
	profile_add_rule(profile, name, verdict, NULL, 0);
}

void add_if(struct profile *profile, const char *name, struct verdict verdict, enum compare op,
	    uint64_t value, uint64_t value_two)
{
	struct condition condition = {0, op, value, value_two};

	profile_add_rule(profile, name, verdict, &condition, 1);
}

/* "x86_64:read", or "x86_64:999" for a number without a name. */
static void add_call(void *to, const char *word)
{
	struct test_recording *t = to;
	size_t i = t->r.n_calls++;
	struct learnt *call = &t->calls[i];
	char abi[16], what[64];

	assert_true(i < CALLS_MAX);
	assert_int_equal(sscanf(word, "%15[^:]:%63s", abi, what), 2);
	*call = (struct learnt){.abi = abi_by_name(abi), .by = t->by[i], .n_by = 2};
	assert_non_null(call->abi);
	if (what[0] >= '0' && what[0] <= '9') {
		call->nr = (int32_t)atoi(what);
	} else {
		/* A name that this program does not know comes from a newer one. */
		if (!syscalls_number(call->abi, what, &call->nr))
			call->nr = 9000;
		(void)strcpy(t->names[i], what);
		call->name = t->names[i];
	}
	t->by[i][0] = (struct provenance){.pid = (int)i + 1, .t = 5};
	t->by[i][1] = (struct provenance){.pid = 100, .source = 1, .t = 1};
}

struct test_recording *make_recording(const char *calls)
{
	struct test_recording *t = xcalloc(1, sizeof(*t));

	t->r.calls = t->calls;
	t->r.gaps = t->gaps;
	each_word(calls, add_call, t);
	return t;
}

void add_gap(struct test_recording *t, const char *kind, const char *detail)
{
	static char text[2][64];

	(void)snprintf(text[0], sizeof(text[0]), "%s", kind);
	(void)snprintf(text[1], sizeof(text[1]), "%s", detail);
	t->gaps[t->r.n_gaps++] = (struct recorded_gap){.kind = text[0], .detail = text[1]};
}

/* ---- Outputs -------------------------------------------------------------------------------- */

static void describe_call(const struct diff_call *call, struct strbuf *out)
{
	strbuf_addf(out, " %c",
		    call->change == CHANGE_ADDED     ? '+'
		    : call->change == CHANGE_REMOVED ? '-'
						     : '~');
	if (call->name != NULL)
		strbuf_adds(out, call->name);
	else
		strbuf_addf(out, "%d", call->nr);
	if ((call->change & CHANGE_IN_PART) != 0)
		strbuf_addf(out, ":%s%s%s%s", (call->change & CHANGE_ACTION) != 0 ? "a" : "",
			    (call->change & CHANGE_WIDENED) != 0 ? ">" : "",
			    (call->change & CHANGE_NARROWED) != 0 ? "<" : "",
			    (call->change & CHANGE_UNDECIDED) != 0 ? "?" : "");
}

char *describe(const struct diff *diff)
{
	static const char *const settings[DIFF_SETTINGS] = {"default", "flags", "path", "metadata"};
	struct strbuf out = STRBUF_INIT;

	for (int s = 0; s < DIFF_SETTINGS; s++)
		if (diff->setting[s])
			strbuf_addf(&out, " %s", settings[s]);
	for (size_t i = 0; i < diff->n_abis; i++) {
		const struct diff_abi *abi = &diff->abis[i];
		bool came = !abi->present[DIFF_OLD], went = !abi->present[DIFF_NEW];
		if (abi->n_calls == 0 && !came && !went)
			continue;
		strbuf_addf(&out, " [%s%s]", came ? "+" : (went ? "-" : ""), abi->abi->name);
		for (size_t j = 0; j < abi->n_calls; j++)
			describe_call(&abi->calls[j], &out);
	}
	assert_int_equal(diff_is_empty(diff), out.len == 0);
	if (out.len == 0)
		return xstrdup("");
	char *text = xstrdup(out.s + 1);
	strbuf_release(&out);
	return text;
}

char *describe_notes(const struct diff *diff)
{
	static const char *const kinds[] = {"gap",         "unknown", "native",     "rest",
					    "conditional", "enosys",  "multiplexed"};
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < diff->n_notes; i++)
		strbuf_addf(&out, "%s%s:%s", i > 0 ? " " : "",
			    diff->notes[i].side == DIFF_OLD ? "old" : "new",
			    kinds[diff->notes[i].kind]);
	char *text = xstrdup(out.s);
	strbuf_release(&out);
	return text;
}
