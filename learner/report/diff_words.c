#include <inttypes.h>

#include "diff_format.h"
#include "words.h"

static const struct {
	const char *name;
	unsigned int changes;
} groups[DIFF_GROUPS] = {
	[DIFF_ADDED] = {"added", CHANGE_ADDED},
	[DIFF_REMOVED] = {"removed", CHANGE_REMOVED},
	[DIFF_CHANGED] = {"changed", CHANGE_IN_PART},
};

const char *diff_group_name(enum diff_group group)
{
	return groups[group].name;
}

unsigned int diff_group_changes(enum diff_group group)
{
	return groups[group].changes;
}

const char *diff_call_word(const struct diff_call *call)
{
	switch (call->change & (CHANGE_WIDENED | CHANGE_NARROWED)) {
	case CHANGE_WIDENED | CHANGE_NARROWED:
		return "widened and narrowed";
	case CHANGE_WIDENED:
		return "widened";
	case CHANGE_NARROWED:
		return "narrowed";
	default:
		return diff_group_name(diff_group_of(call));
	}
}

bool diff_add_siblings(const struct diff_call *call, struct strbuf *out)
{
	for (size_t i = 0; i < call->n_siblings; i++)
		strbuf_addf(out, "%s%s", i > 0 ? ", " : "", call->siblings[i]);
	return call->n_siblings > 0;
}

/* The first ABI on which this is said. */
static const struct abi *first_with_risk(const struct diff *diff, const struct risk *risk)
{
	for (size_t i = 0; i < diff->n_abis; i++)
		for (size_t j = 0; j < diff->abis[i].n_calls; j++)
			if (diff->abis[i].calls[j].risk == risk)
				return diff->abis[i].abi;
	return NULL;
}

void diff_add_risk(const struct diff *diff, const struct diff_abi *abi, const struct risk *risk,
		   struct strbuf *out)
{
	const struct abi *first = first_with_risk(diff, risk);

	if (first != abi->abi) {
		strbuf_addf(out, "as on %s", first->name);
		return;
	}
	strbuf_adds(out, risk->what);
	if (risk->capability != NULL)
		strbuf_addf(out, "; needs %s", risk->capability);
	strbuf_addf(out, "; Docker %s", risk->docker);
}

const char *diff_setting_name(enum diff_setting setting)
{
	static const char *const names[DIFF_SETTINGS] = {
		[DIFF_DEFAULT] = "default",
		[DIFF_FLAGS] = "flags",
		[DIFF_LISTENER_PATH] = "listener path",
		[DIFF_LISTENER_METADATA] = "listener metadata",
	};

	return names[setting];
}

void diff_add_call_name(const struct diff_call *call, struct strbuf *out)
{
	if (call->name != NULL)
		strbuf_adds(out, call->name);
	else
		strbuf_addf(out, "number %" PRId32, call->nr);
}

void diff_add_ruling(const struct ruling *ruling, struct strbuf *out)
{
	for (size_t i = 0; i < ruling->n_alternatives; i++) {
		const struct alternative *a = &ruling->alternatives[i];
		bool repeated =
			i > 0 && verdict_equal(a->verdict, ruling->alternatives[i - 1].verdict);

		if (repeated)
			strbuf_adds(out, " or");
		else if (i > 0)
			strbuf_adds(out, "; ");
		if (!repeated)
			words_add_verdict(a->verdict, out);
		if (a->n_conditions > 0 && !repeated)
			strbuf_adds(out, " if");
		for (size_t j = 0; j < a->n_conditions; j++) {
			strbuf_adds(out, j > 0 ? " and " : " ");
			words_add_condition(&a->conditions[j], out);
		}
	}
}

static bool is_plain_allow(const struct ruling *ruling)
{
	return ruling->n_alternatives == 1 && ruling_is_unconditional(ruling) &&
	       ruling->alternatives[0].verdict.action == ACTION_ALLOW;
}

bool diff_add_decision(const struct diff *diff, const struct diff_abi *abi,
		       const struct diff_call *call, enum diff_side side, struct strbuf *out)
{
	const struct policy *policy = diff->side[side];
	const struct ruling *ruling = call->ruling[side];

	if (policy->recording != NULL || !abi->present[side])
		return false;
	if ((call->change & CHANGE_IN_PART) == 0 && (ruling == NULL || is_plain_allow(ruling)))
		return false;
	if (ruling != NULL) {
		diff_add_ruling(ruling, out);
	} else {
		words_add_verdict(policy->fallback, out);
		strbuf_adds(out, " by default");
	}
	return true;
}

static const struct ruling *ruling_that_counts(const struct diff_call *call)
{
	return call->ruling[call->change == CHANGE_REMOVED ? DIFF_OLD : DIFF_NEW];
}

const struct provenance *diff_call_by(const struct diff_call *call)
{
	const struct ruling *ruling = ruling_that_counts(call);

	return ruling != NULL ? ruling->by : NULL;
}

const struct source *diff_call_known(const struct diff_call *call)
{
	const struct ruling *ruling = ruling_that_counts(call);

	return ruling != NULL ? ruling->known : NULL;
}

static void add_separator(struct strbuf *out, size_t start, const char *separator)
{
	if (out->len > start)
		strbuf_adds(out, separator);
}

/* "ABI x86 and x32 added" */
static void add_abis(const struct diff *diff, enum diff_side missing, const char *what,
		     struct strbuf *out)
{
	bool first = true;

	for (size_t i = 0; i < diff->n_abis; i++) {
		if (diff->abis[i].present[missing])
			continue;
		strbuf_addf(out, "%s%s", first ? "ABI " : ", ", diff->abis[i].abi->name);
		first = false;
	}
	strbuf_addf(out, " %s", what);
}

static void add_counts(const struct diff *diff, struct strbuf *out)
{
	const size_t start = out->len;
	const size_t widened = diff_count(diff, CHANGE_WIDENED);
	const size_t narrowed = diff_count(diff, CHANGE_NARROWED);
	bool counted = false;

	for (int g = 0; g < DIFF_GROUPS; g++) {
		size_t n = diff_count(diff, groups[g].changes);
		if (n == 0)
			continue;
		add_separator(out, start, ", ");
		strbuf_addf(out, "%zu ", n);
		if (!counted)
			strbuf_adds(out, n == 1 ? "call " : "calls ");
		strbuf_adds(out, groups[g].name);
		counted = true;
	}
	if (widened > 0 && narrowed > 0)
		strbuf_addf(out, " (%zu widened, %zu narrowed)", widened, narrowed);
	else if (widened > 0)
		strbuf_addf(out, " (%zu widened)", widened);
	else if (narrowed > 0)
		strbuf_addf(out, " (%zu narrowed)", narrowed);
}

void diff_add_summary(const struct diff *diff, struct strbuf *out)
{
	const size_t start = out->len, risky = diff_count_risky(diff);

	add_counts(diff, out);
	if (risky > 0) {
		add_separator(out, start, "; ");
		strbuf_addf(out, "%zu risky", risky);
	}
	if (diff_count_abis(diff, DIFF_OLD) > 0) {
		add_separator(out, start, "; ");
		add_abis(diff, DIFF_OLD, "added", out);
	}
	if (diff_count_abis(diff, DIFF_NEW) > 0) {
		add_separator(out, start, "; ");
		add_abis(diff, DIFF_NEW, "removed", out);
	}
	for (int s = 0; s < DIFF_SETTINGS; s++) {
		if (!diff->setting[s])
			continue;
		add_separator(out, start, "; ");
		strbuf_addf(out, "%s changed", diff_setting_name((enum diff_setting)s));
	}
}

static void add_flags(const struct profile *profile, struct strbuf *out)
{
	if (!profile->has_flags)
		strbuf_adds(out, "not given");
	else if (profile->n_flags == 0)
		strbuf_adds(out, "none");
	for (size_t i = 0; i < profile->n_flags; i++)
		strbuf_addf(out, "%s%s", i > 0 ? " " : "", profile->flags[i]);
}

void diff_add_setting(const struct diff *diff, enum diff_setting setting, enum diff_side side,
		      struct strbuf *out)
{
	const struct policy *policy = diff->side[side];
	const struct profile *profile = policy->profile;
	const char *text =
		setting == DIFF_LISTENER_PATH ? profile->listener_path : profile->listener_metadata;

	if (setting == DIFF_DEFAULT)
		words_add_verdict(policy->fallback, out);
	else if (setting == DIFF_FLAGS)
		add_flags(profile, out);
	else
		strbuf_adds(out, text != NULL ? text : "none");
}
