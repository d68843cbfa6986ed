#include "load.h"

#include <errno.h>
#include <string.h>

#include "bpf_show.h"
#include "file.h"
#include "format.h"
#include "say.h"

/* Far beyond any real recording; what is larger was named by mistake. */
#define LOAD_MAX ((size_t)256 * 1024 * 1024)

const char *load_display_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static int load_text(const char *name, struct strbuf *text, const struct context *context,
		     bool programs, struct loaded *loaded, struct err *err)
{
	if (text->len == 0)
		return err_set(err, EINVAL, "%s: empty; expected a recording or a profile", name);
	if (recording_is(text->s, text->len))
		return recording_parse(name, text->s, text->len, &loaded->recording, err);
	if (!bpf_is_program(text->s, text->len)) {
		int r = format_read_as(name, text->s, text->len, context, &loaded->profile,
				       &loaded->warnings, err);
		/* A profile without ABIs is for the machine that loads it: the context names that one. */
		if (r == 0 && context->abi != NULL && loaded->profile->n_abis == 0)
			profile_add_abi(loaded->profile, context->abi);
		return r;
	}
	if (!programs)
		return err_set(err, EINVAL,
			       "%s: a seccomp filter program, which only 'show' reads: name the "
			       "profile or recording that it was made from, or compare what "
			       "'show' prints of two programs",
			       name);
	loaded->program = *text;
	*text = (struct strbuf)STRBUF_INIT;
	return 0;
}

int load_file_as(const char *path, const struct context *context, bool programs,
		 struct loaded *loaded, struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = file_read(path, LOAD_MAX, &text, err);

	*loaded = (struct loaded){.program = STRBUF_INIT};
	return r < 0 ? r
		     : load_text(load_display_name(path), &text, context, programs, loaded, err);
}

int load_file(const char *path, struct loaded *loaded, struct err *err)
{
	const struct context here = {0};

	return load_file_as(path, &here, false, loaded, err);
}

static const char to_convert[] =
	"expected a recording ('merge -f DIALECT FILE' writes a profile in "
	"another format)";
static const char to_know[] = "--known takes a recording, which 'record -o' writes: a profile may "
			      "have calls that no run has made";

/* What a profile is answered is `instead`. */
static int load_recording(const char *path, const char *instead, struct recording **recording,
			  struct err *err)
{
	const struct context here = {0};
	const char *name = load_display_name(path);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct loaded loaded = {.program = STRBUF_INIT};
	int r = file_read(path, LOAD_MAX, &text, err);

	if (r < 0)
		return r;
	r = load_text(name, &text, &here, false, &loaded, err);
	if (r == 0 && loaded.recording == NULL)
		r = err_set(err, EINVAL, "%s: a profile; %s", name, instead);
	else if (r < 0 && text.len > 0 && !recording_is(text.s, text.len) &&
		 !bpf_is_program(text.s, text.len))
		r = err_set(err, EINVAL,
			    "%s: expected a recording, which 'seccomp-learn record' makes; logs of "
			    "other tools are not read",
			    name);
	*recording = TAKE_PTR(loaded.recording);
	loaded_release(&loaded);
	return r;
}

static int load_all(const char *const *paths, size_t n, const char *instead,
		    struct recording **recording, struct err *err)
{
	struct recording *all = NULL;

	for (size_t i = 0; i < n; i++) {
		struct recording *one = NULL;
		int r = load_recording(paths[i], instead, &one, err);
		if (r < 0) {
			recording_free(one);
			recording_free(all);
			return r;
		}
		if (all == NULL)
			all = one;
		else
			recording_merge(all, one);
	}
	*recording = all;
	return 0;
}

int load_recordings(char *const *paths, size_t n, struct recording **recording, struct err *err)
{
	return load_all((const char *const *)paths, n, to_convert, recording, err);
}

int load_known(const char *const *paths, size_t n, struct recording **recording, struct err *err)
{
	return load_all(paths, n, to_know, recording, err);
}

void loaded_release(struct loaded *loaded)
{
	loaded->recording = recording_free(loaded->recording);
	loaded->profile = profile_free(loaded->profile);
	strbuf_release(&loaded->program);
	warnings_release(&loaded->warnings);
}

/* "2 unknown keys, 1 null", of what is counted. */
static void add_counts(const struct warnings *warnings, struct strbuf *counts)
{
	for (int kind = 0; kind < WARNING_KINDS; kind++) {
		size_t n = warnings->of_kind[kind];

		if (n > 0 && warning_kind_said((enum warning_kind)kind) == WARNING_SAID_COUNTED)
			strbuf_addf(counts, "%s%zu %s", counts->len > 0 ? ", " : "", n,
				    warning_kind_noun((enum warning_kind)kind, n));
	}
}

void loaded_say_warnings(const struct loaded *loaded, const char *name)
{
	cleanup_strbuf struct strbuf counts = STRBUF_INIT;

	for (size_t i = 0; i < loaded->warnings.n; i++) {
		const struct warning *warning = &loaded->warnings.of[i];

		if (warning_kind_said(warning->kind) == WARNING_SAID_IN_FULL)
			say("%s:%zu: %s", name, warning->line, warning->text);
	}
	add_counts(&loaded->warnings, &counts);
	if (counts.len > 0)
		say("%s: %s: taken as the format's consumers take them; 'seccomp-learn lint' has "
		    "the details",
		    name, counts.s);
}
