#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "overruled.h"
#include "show.h"
#include "text.h"
#include "words.h"

/* Lists of names are wrapped here. */
#define WIDTH 80

/* The kernel keeps this much of a program's name. */
#define COMM_LEN 15

/* A word fit for a shell's eye: quoted when it holds what a shell would take apart. */
static void add_word(struct strbuf *out, const char *word)
{
	bool plain = *word != '\0' && word[strcspn(word, " \t\n'\"\\$`*?[]{}()<>|&;#~!")] == '\0';

	if (plain) {
		strbuf_add_printable(out, word);
		return;
	}
	strbuf_addch(out, '\'');
	for (const char *next; (next = strchr(word, '\'')) != NULL; word = next + 1) {
		cleanup_free char *part = xstrndup(word, (size_t)(next - word));
		strbuf_add_printable(out, part);
		strbuf_adds(out, "'\\''");
	}
	strbuf_add_printable(out, word);
	strbuf_addch(out, '\'');
}

static void add_known_from(const struct source *source, struct strbuf *out)
{
	cleanup_strbuf struct strbuf files = STRBUF_INIT;

	words_add_known_from(source, &files);
	strbuf_add_printable(out, files.s);
}

static void add_end(const struct source *source, struct strbuf *out)
{
	if (!source->ended) {
		strbuf_adds(out, "  ended    cut off: no end line\n");
		return;
	}
	strbuf_addf(out,
		    "  ended    after %.3f s with status %d; %" PRIu64 " process%s, %" PRIu64
		    " thread%s\n",
		    source->t, source->status, source->processes,
		    source->processes == 1 ? "" : "es", source->threads,
		    source->threads == 1 ? "" : "s");
}

static void add_source(const struct recording *recording, size_t i, struct strbuf *out)
{
	const struct source *source = &recording->sources[i];

	if (recording->n_sources > 1)
		strbuf_addf(out, "run %zu:", i + 1);
	else
		strbuf_adds(out, "recording of");
	for (char **arg = source->command; *arg != NULL; arg++) {
		strbuf_addch(out, ' ');
		add_word(out, *arg);
	}
	strbuf_adds(out, "\n  started  ");
	strbuf_add_printable(out, source->started);
	strbuf_adds(out, " on ");
	strbuf_add_printable(out, source->machine);
	strbuf_adds(out, ", Linux ");
	strbuf_add_printable(out, source->kernel);
	strbuf_adds(out, "\n  learner  ");
	strbuf_add_printable(out, source->tool);
	strbuf_adds(out, ", mode ");
	strbuf_add_printable(out, source->mode);
	if (source->n_known_from > 0) {
		strbuf_adds(out, "\n  known    from ");
		add_known_from(source, out);
	}
	strbuf_addch(out, '\n');
	add_end(source, out);
}

/* "comm" says something only when it is not the start of the executable's name. */
static bool comm_is_news(const struct provenance *by)
{
	if (by->comm == NULL || by->exe == NULL)
		return by->comm != NULL;
	const char *slash = strrchr(by->exe, '/');
	const char *base = slash != NULL ? slash + 1 : by->exe;

	return strncmp(base, by->comm, COMM_LEN) != 0;
}

static void add_maker(const struct provenance *by, struct strbuf *out)
{
	strbuf_addf(out, "%7d", by->pid);
	if (by->tid != by->pid)
		strbuf_addf(out, "/%d", by->tid);
	strbuf_adds(out, "  ");
	strbuf_add_printable(out, by->exe != NULL ? by->exe : "-");
	if (comm_is_news(by)) {
		strbuf_adds(out, " (");
		strbuf_add_printable(out, by->comm);
		strbuf_addch(out, ')');
	}
	if (by->at != NULL) {
		strbuf_adds(out, "  at ");
		strbuf_add_printable(out, by->at);
	}
}

/* In the columns of calls with who made them. */
static void add_known(const struct recording *recording, const struct learnt *call,
		      const char *name, struct strbuf *out)
{
	const struct source *source = &recording->sources[call->known[0]];

	strbuf_addf(out, "  %-20s %10s  %-18s%7s  known from ", name, "-", "-", "-");
	add_known_from(source, out);
	if (recording->n_sources > 1) {
		strbuf_adds(out, call->n_known > 1 ? "  in runs" : "  in run");
		for (size_t i = 0; i < call->n_known; i++)
			strbuf_addf(out, " %zu", call->known[i] + 1);
	}
	strbuf_addch(out, '\n');
}

static void add_call(const struct recording *recording, const struct learnt *call,
		     struct strbuf *out)
{
	cleanup_strbuf struct strbuf result = STRBUF_INIT;
	const struct provenance *by = call->by;
	char number[32];

	(void)snprintf(number, sizeof(number), "number %d", call->nr);
	if (call->n_by == 0) {
		add_known(recording, call, call->name != NULL ? call->name : number, out);
		return;
	}
	if (by->has_result)
		words_add_result(by->result, &result);
	else
		strbuf_adds(&result, "-");
	strbuf_addf(out, "  %-20s %10.3f  %-18s", call->name != NULL ? call->name : number, by->t,
		    result.s);
	add_maker(by, out);
	if (recording->n_sources > 1) {
		strbuf_adds(out, call->n_by > 1 ? "  in runs" : "  in run");
		for (size_t i = 0; i < call->n_by; i++)
			strbuf_addf(out, " %zu", call->by[i].source + 1);
	}
	strbuf_addch(out, '\n');
}

static size_t count_known(const struct learnt *calls, size_t n)
{
	size_t n_known = 0;

	for (size_t i = 0; i < n; i++)
		n_known += calls[i].n_by == 0;
	return n_known;
}

static size_t count_abi(const struct recording *recording, size_t first)
{
	size_t n = 0;

	while (first + n < recording->n_calls &&
	       recording->calls[first + n].abi == recording->calls[first].abi)
		n++;
	return n;
}

void show_recording(const struct recording *recording, struct strbuf *out)
{
	for (size_t i = 0; i < recording->n_sources; i++)
		add_source(recording, i, out);
	for (size_t i = 0, n; i < recording->n_calls; i += n) {
		n = count_abi(recording, i);
		size_t n_known = count_known(&recording->calls[i], n);
		strbuf_addf(out, "\n%s: %zu system call%s", recording->calls[i].abi->name, n,
			    n == 1 ? "" : "s");
		if (n_known > 0)
			strbuf_addf(out, ", %zu of them known from before", n_known);
		strbuf_addf(out, "\n  %-20s %10s  %-18s%7s  first made by\n", "call", "seconds",
			    "result", "pid");
		for (size_t j = i; j < i + n; j++)
			add_call(recording, &recording->calls[j], out);
	}
	if (recording->n_gaps > 0)
		strbuf_adds(out, "\ngaps: the recording may be incomplete\n");
	for (size_t i = 0; i < recording->n_gaps; i++) {
		const struct recorded_gap *gap = &recording->gaps[i];
		if (recording->n_sources > 1)
			strbuf_addf(out, "  run %zu", gap->source + 1);
		if (gap->known)
			strbuf_adds(out, "  known  ");
		else
			strbuf_addf(out, "  at %.3f s  ", gap->t);
		strbuf_add_printable(out, gap->kind);
		if (*gap->detail != '\0')
			strbuf_adds(out, ": ");
		strbuf_add_printable(out, gap->detail);
		strbuf_addch(out, '\n');
	}
}

/* A list of words, indented and wrapped; `column` is where the line stands. */
static void add_wrapped(const char *word, size_t *column, struct strbuf *out)
{
	cleanup_strbuf struct strbuf clean = STRBUF_INIT;

	strbuf_add_printable(&clean, word);
	if (*column > 0 && *column + 1 + clean.len > WIDTH) {
		strbuf_addch(out, '\n');
		*column = 0;
	}
	strbuf_adds(out, *column == 0 ? "  " : " ");
	strbuf_adds(out, clean.s);
	*column += (*column == 0 ? 2 : 1) + clean.len;
}

/* libseccomp drops bits of the value that the mask does not have. */
static bool has_bits_outside(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (rule->conditions[i].op == COMPARE_MASKED_EQ &&
		    (rule->conditions[i].value_two & ~rule->conditions[i].value) != 0)
			return true;
	return false;
}

static void add_conditional(const struct rule *rule, bool overruled, struct strbuf *out)
{
	strbuf_adds(out, "  ");
	strbuf_add_printable(out, rule->name);
	for (size_t i = 0; i < rule->n_conditions; i++) {
		strbuf_adds(out, i == 0 ? " if " : " and ");
		words_add_condition(&rule->conditions[i], out);
	}
	if (overruled)
		strbuf_adds(out, "  (no effect: a rule without conditions overrules it)");
	else if (has_bits_outside(rule))
		strbuf_adds(out, "  (bits outside of the mask have no effect)");
	strbuf_addch(out, '\n');
}

/* The rules of one verdict: first the names, then what depends on arguments. */
static void add_rules(const struct profile *profile, const bool *overruled, struct verdict verdict,
		      struct strbuf *out)
{
	size_t n = 0, column = 0;

	for (size_t i = 0; i < profile->n_rules; i++)
		n += verdict_equal(profile->rules[i].verdict, verdict);
	strbuf_addch(out, '\n');
	words_add_verdict(verdict, out);
	strbuf_addf(out, ": %zu rule%s%s\n", n, n == 1 ? "" : "s",
		    profile_is_default(profile, verdict) ? " (the same as the default)" : "");
	for (size_t i = 0; i < profile->n_rules; i++)
		if (verdict_equal(profile->rules[i].verdict, verdict) &&
		    profile->rules[i].n_conditions == 0)
			add_wrapped(profile->rules[i].name, &column, out);
	if (column > 0)
		strbuf_addch(out, '\n');
	for (size_t i = 0; i < profile->n_rules; i++)
		if (verdict_equal(profile->rules[i].verdict, verdict) &&
		    profile->rules[i].n_conditions > 0)
			add_conditional(&profile->rules[i], overruled[i], out);
}

static bool first_of_verdict(const struct profile *profile, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (verdict_equal(profile->rules[j].verdict, profile->rules[i].verdict))
			return false;
	return true;
}

static void add_ignored(const struct profile *profile, struct strbuf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < profile->n_rules; i++) {
		if (show_applies(profile, profile->rules[i].name))
			continue;
		if (column == 0)
			strbuf_adds(out, "\nnot system calls of these ABIs, so without effect:\n");
		add_wrapped(profile->rules[i].name, &column, out);
	}
	if (column > 0)
		strbuf_addch(out, '\n');
}

/* What is in the filter without being listed. */
static void add_own_abis(const struct profile *profile, struct strbuf *out)
{
	for (size_t i = 0; i < abi_count; i++) {
		bool listed = false;
		for (size_t j = 0; j < profile->n_abis; j++)
			listed |= profile->abis[j] == &abi_table[i];
		if (!listed && profile_covers(profile, &abi_table[i]))
			strbuf_addf(out, " (and %s, where that is the machine's own)",
				    abi_table[i].name);
	}
}

void show_profile(const struct profile *profile, struct strbuf *out)
{
	cleanup_free bool *overruled = overruled_rules(profile);

	strbuf_adds(out, "profile\n  default  ");
	words_add_verdict(profile->fallback, out);
	strbuf_adds(out, "\n  ABIs    ");
	for (size_t i = 0; i < profile->n_abis; i++)
		strbuf_addf(out, " %s", profile->abis[i]->name);
	if (profile->n_abis == 0)
		strbuf_adds(out, " that of the loading runtime");
	else
		add_own_abis(profile, out);
	if (profile->has_flags) {
		strbuf_adds(out, "\n  flags   ");
		for (size_t i = 0; i < profile->n_flags; i++) {
			strbuf_addch(out, ' ');
			strbuf_add_printable(out, profile->flags[i]);
		}
		if (profile->n_flags == 0)
			strbuf_adds(out, " none");
	}
	if (profile->listener_path != NULL) {
		strbuf_adds(out, "\n  listener ");
		strbuf_add_printable(out, profile->listener_path);
	}
	strbuf_addch(out, '\n');
	for (int action = 0; action < ACTION_MAX; action++)
		for (size_t i = 0; i < profile->n_rules; i++)
			if ((int)profile->rules[i].verdict.action == action &&
			    first_of_verdict(profile, i))
				add_rules(profile, overruled, profile->rules[i].verdict, out);
	add_ignored(profile, out);
}
