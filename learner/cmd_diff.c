#include <errno.h>
#include <string.h>

#include "commands.h"
#include "diff_compare.h"
#include "diff_format.h"
#include "load.h"
#include "option_checks.h"
#include "say.h"
#include "syscalls.h"

enum {
	STATUS_SAME = 0,
	STATUS_DIFFERENT = 1,
	STATUS_TROUBLE = 2,
};

/* What the two files hold; the policies borrow from it. */
struct inputs {
	struct loaded file[DIFF_SIDES];
	const char *name[DIFF_SIDES];
};

static void inputs_release(struct inputs *in)
{
	for (int s = 0; s < DIFF_SIDES; s++)
		loaded_release(&in->file[s]);
}

/* Calls are compared by their numbers. */
static int check_abis(const struct profile *profile, const char *name, struct err *err)
{
	for (size_t i = 0; profile != NULL && i < abi_count; i++)
		if (profile_covers(profile, &abi_table[i]) && !syscalls_has_table(&abi_table[i]))
			return err_set(err, ENOTSUP,
				       "%s: cannot be compared: libseccomp here has no calls of %s",
				       name, abi_table[i].name);
	return 0;
}

static int inputs_load(struct inputs *in, const struct options *o, struct err *err)
{
	if (strcmp(o->args[DIFF_OLD], "-") == 0 && strcmp(o->args[DIFF_NEW], "-") == 0)
		return err_set(err, EINVAL, "only one of OLD and NEW can be standard input");
	for (int s = 0; s < DIFF_SIDES; s++) {
		in->name[s] = load_display_name(o->args[s]);
		int r = load_file_as(o->args[s], &o->context, false, &in->file[s], err);
		if (r == 0)
			r = check_abis(in->file[s].profile, in->name[s], err);
		if (r < 0)
			return r;
	}
	if (in->file[DIFF_OLD].recording != NULL && in->file[DIFF_NEW].recording != NULL)
		return options_refuse(o, OPTIONS_OF_READING,
				      "is about how a profile is read, and both are recordings",
				      err);
	return 0;
}

static void say_warnings(const struct inputs *in)
{
	for (int s = 0; s < DIFF_SIDES; s++) {
		const struct recording *recording = in->file[s].recording;
		for (size_t i = 0; recording != NULL && i < recording->n_warnings; i++)
			say("warning: %s", recording->warnings[i]);
		loaded_say_warnings(&in->file[s], in->name[s]);
	}
}

static struct policy *policy_of(const struct loaded *file)
{
	return file->recording != NULL ? policy_of_recording(file->recording)
				       : policy_of_profile(file->profile);
}

/* The text of two sides that are the same is empty: their notes go beside it. */
static void say_notes(const struct diff *diff, const struct inputs *in)
{
	for (size_t i = 0; i < diff->n_notes; i++)
		say("note: %s: %s", in->name[diff->notes[i].side], diff->notes[i].text);
}

static int report(const struct diff *diff, const struct inputs *in, enum report_format format)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	switch (format) {
	case REPORT_TEXT:
		if (diff_is_empty(diff))
			say_notes(diff, in);
		diff_write_text(diff, in->name, &out);
		break;
	case REPORT_JSON:
		diff_write_json(diff, in->name, &out);
		break;
	case REPORT_MARKDOWN:
		diff_write_markdown(diff, in->name, &out);
		break;
	}
	return say_out(&out);
}

static bool fails(const struct diff *diff, enum fail_on what)
{
	switch (what) {
	case FAIL_ON_WIDENED:
		return diff_widens(diff);
	case FAIL_ON_RISKY:
		return diff_is_risky(diff);
	case FAIL_ON_ANY:
		break;
	}
	return !diff_is_empty(diff);
}

int cmd_diff(const struct options *o)
{
	struct inputs in = {0};
	struct err err = {0};

	if (inputs_load(&in, o, &err) < 0) {
		say("%s", err_text(&err));
		err_done(&err);
		inputs_release(&in);
		return STATUS_TROUBLE;
	}
	struct diff *diff = diff_new(policy_of(&in.file[DIFF_OLD]), policy_of(&in.file[DIFF_NEW]));
	int status = fails(diff, o->fail_on) ? STATUS_DIFFERENT : STATUS_SAME;
	if (!o->quiet) {
		say_warnings(&in);
		if (report(diff, &in, o->report) < 0)
			status = STATUS_TROUBLE;
	}
	(void)diff_free(diff);
	inputs_release(&in);
	return status;
}
