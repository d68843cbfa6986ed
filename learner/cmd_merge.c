#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "commands.h"
#include "format.h"
#include "load.h"
#include "merge.h"
#include "merge_recordings.h"
#include "option_checks.h"
#include "output.h"
#include "overwrite.h"
#include "replace.h"
#include "say.h"

/* What the files hold: all recordings, or all profiles. */
struct inputs {
	struct recording **recordings; /* owned, each too */
	struct profile **profiles;     /* owned, each too */
	const char **names;            /* owned array */
	size_t n;
	bool profiles_wanted; /* as the first one is */
};

static void inputs_release(struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++) {
		(void)recording_free(in->recordings[i]);
		(void)profile_free(in->profiles[i]);
	}
	free(in->recordings);
	free(in->profiles);
	free(in->names);
}

static int inputs_load(struct inputs *in, const struct options *o, struct err *err)
{
	bool stdin_seen = false;

	in->recordings = xcalloc(o->n_args, sizeof(*in->recordings));
	in->profiles = xcalloc(o->n_args, sizeof(*in->profiles));
	in->names = xcalloc(o->n_args, sizeof(*in->names));
	for (; in->n < o->n_args; in->n++) {
		const char *path = o->args[in->n], *name = load_display_name(path);
		struct loaded loaded;

		if (strcmp(path, "-") == 0 && stdin_seen)
			return err_set(err, EINVAL, "only one FILE can be standard input");
		stdin_seen |= strcmp(path, "-") == 0;
		int r = load_file_as(path, &o->context, false, &loaded, err);
		if (r < 0) {
			loaded_release(&loaded);
			return r;
		}
		if (!o->quiet)
			loaded_say_warnings(&loaded, name);
		bool is_profile = loaded.profile != NULL;
		if (in->n == 0)
			in->profiles_wanted = is_profile;
		if (is_profile != in->profiles_wanted) {
			loaded_release(&loaded);
			return err_set(err, EINVAL,
				       "%s is a %s and %s a %s: merge recordings, make a profile "
				       "of them with 'seccomp-learn generate', and merge that",
				       in->names[0], in->profiles_wanted ? "profile" : "recording",
				       name, is_profile ? "profile" : "recording");
		}
		in->recordings[in->n] = TAKE_PTR(loaded.recording);
		in->profiles[in->n] = TAKE_PTR(loaded.profile);
		in->names[in->n] = name;
		loaded_release(&loaded);
	}
	return 0;
}

static int merge_all_profiles(const struct inputs *in, const struct options *o, struct place *place,
			      struct err *err)
{
	enum merge_how how = o->intersect ? MERGE_INTERSECTION : MERGE_UNION;
	struct merge_warnings warnings = {0};
	struct profile *merged = NULL;
	int r = merge_profiles((const struct profile *const *)in->profiles, in->names, in->n, how,
			       &merged, &warnings, err);

	if (r == 0)
		r = output_profile(merged, &o->style, &o->context, place, err);
	for (size_t i = 0; r == 0 && !o->quiet && i < warnings.n; i++)
		say("warning: %s", warnings.text[i]);
	merge_warnings_release(&warnings);
	(void)profile_free(merged);
	return r;
}

static int merge_all_recordings(const struct inputs *in, const struct options *o,
				struct place *place, struct err *err)
{
	enum merge_how how = o->intersect ? MERGE_INTERSECTION : MERGE_UNION;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t n_dropped;

	int r = options_refuse(
		o, OPTIONS_OF_WRITING | OPTIONS_OF_MACHINE,
		"is about profiles: recordings are merged into a recording, of which "
		"'generate' makes a profile",
		err);
	if (r < 0)
		return r;
	struct recording *merged = merge_recordings(in->recordings, in->n, how, &n_dropped);
	recording_write(merged, &text);
	r = place_write(place, text.s, text.len, err);
	for (size_t i = 0; r == 0 && !o->quiet && i < merged->n_warnings; i++)
		say("warning: %s", merged->warnings[i]);
	if (r == 0 && !o->quiet && n_dropped > 0)
		say("%zu calls are left out that not all of the recordings have", n_dropped);
	(void)recording_free(merged);
	return r;
}

int cmd_merge(const struct options *o)
{
	struct inputs in = {0};
	struct place place = PLACE_INIT;
	struct err err = {0};
	int r = place_resolve(&place, o->output != NULL ? o->output : "-", &err);

	if (r == 0)
		r = place_check(&place, &err);
	if (r == 0)
		r = inputs_load(&in, o, &err);
	if (r == 0)
		r = overwrite_check(
			&place, in.profiles_wanted ? CONTENT_PROFILE : CONTENT_RECORDING, o, &err);
	if (r == 0)
		r = in.profiles_wanted ? merge_all_profiles(&in, o, &place, &err)
				       : merge_all_recordings(&in, o, &place, &err);
	if (r < 0)
		say("%s", err_text(&err));
	err_done(&err);
	place_release(&place);
	inputs_release(&in);
	return r < 0 ? command_table[CMD_MERGE].status_trouble : 0;
}
