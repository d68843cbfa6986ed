#include "results.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "cleanup.h"
#include "notes.h"
#include "output.h"
#include "overwrite.h"
#include "say.h"

void results_complain(struct results *results, struct err *err)
{
	/* The workload has been given the signal by now, or there will be none. */
	(void)signal(SIGXFSZ, SIG_IGN);
	say("%s", err_text(err));
	err_done(err);
	results->failed = true;
}

/*
 * Where everything goes is found out here, and never again: what runs later may change what the
 * names mean.
 */
static int find_places(struct results *results, struct err *err)
{
	const struct options *o = results->options;
	int r = 0;

	if (o->output != NULL)
		r = place_resolve(&results->output, o->output, err);
	if (r < 0)
		return r;
	if (o->profile != NULL)
		r = place_resolve(&results->profile, o->profile, err);
	if (r == 0 && o->output != NULL && o->profile != NULL &&
	    place_same(&results->output, &results->profile))
		r = err_set(err, EINVAL,
			    "the recording (-o) and the profile (-p) need two files: '%s' and "
			    "'%s' are the same",
			    o->output, o->profile);
	if (r < 0)
		return r;
	rescue_prepare(&results->rescue, o->output != NULL ? &results->output : &results->profile);
	return r;
}

/* Before anything runs: to be refused after an hour of tests would be cruel. */
static int check_places(struct results *results, struct err *err)
{
	const struct options *o = results->options;
	int r = 0;

	if (o->output != NULL)
		r = overwrite_check(&results->output, CONTENT_RECORDING, o, err);
	if (r < 0)
		return r;
	if (o->profile_unasked)
		r = overwrite_check_unasked(&results->profile, o, &results->old_profile, err);
	else if (o->profile != NULL)
		r = overwrite_check(&results->profile, CONTENT_PROFILE, o, err);
	if (r < 0)
		return r;
	if (o->profile != NULL)
		r = output_check(&o->target, &o->style, &o->context, &results->profile, err);
	return r;
}

int results_prepare(struct results *results, const struct options *o, struct err *err)
{
	*results = (struct results){
		.options = o,
		.output = PLACE_INIT,
		.profile = PLACE_INIT,
		.journal = JOURNAL_INIT,
	};
	int r = layers_load(&o->layers, &results->layers, err);

	if (r < 0)
		return r;
	r = find_places(results, err);
	if (r < 0)
		return r;
	r = check_places(results, err);
	if (r < 0)
		return r;
	r = earlier_load(&results->earlier, o, err);
	if (r < 0)
		return r;
	return journal_open(&results->journal, o->output != NULL ? &results->output : NULL, err);
}

/* "wrote the recording to x.rec", which may have moved with its directory. */
static void say_written(const char *what, const struct place *place)
{
	cleanup_free char *name = place_name_now(place);

	say("wrote the %s to %s", what, strcmp(name, "-") == 0 ? "standard output" : name);
}

static int write_profile(struct results *results, const struct recording *recording)
{
	struct err err = {0};
	struct profile *profile = NULL;
	struct notes notes = {0};
	const struct options *o = results->options;

	int r = compose(recording, &results->layers, &o->target, &profile, &notes, &err);
	if (r == 0)
		r = overwrite_check_loss(&results->profile, results->old_profile, profile, &err);
	if (r == 0)
		r = output_profile(profile, &o->style, &o->context, &results->profile, &err);
	if (r < 0)
		results_complain(results, &err);
	else if (!o->quiet) {
		/* The gaps have been told by the summary. */
		notes.n_gaps = 0;
		notes_say(&notes);
		say_written("profile", &results->profile);
	}
	notes_release(&notes);
	profile_free(profile);
	return r;
}

/* What was learnt is nowhere: it may have taken hours. */
static void rescue(const struct results *results)
{
	struct err err = {0};
	cleanup_free char *name = rescue_save(&results->rescue, &results->journal.text, &err);

	if (name != NULL)
		say("saved the recording as '%s' instead", name);
	else
		say("the recording could not be saved elsewhere either: %s", err_text(&err));
	err_done(&err);
}

/* Ends the journal. Negative: the file is not whole. */
static int save_recording(struct results *results, const struct end_line *end)
{
	struct err err = {0};

	journal_end(&results->journal, end);
	int r = journal_close(&results->journal, &err);
	if (r < 0)
		results_complain(results, &err);
	return r;
}

/* What the journal holds. NULL: it does not load, which is told. */
static struct recording *read_back(struct results *results)
{
	struct recording *recording = NULL;
	struct err err = {0};

	if (recording_parse("recording", results->journal.text.s, results->journal.text.len,
			    &recording, &err) < 0)
		results_complain(results, &err);
	return recording;
}

/* `recording` is NULL only where no summary is said. */
static void say_results(const struct results *results, const struct summary *summary,
			const struct recording *recording, bool written)
{
	const struct options *o = results->options;

	if (!o->quiet)
		summary_say(summary, recording);
	if (!o->quiet && o->output != NULL && written)
		say_written("recording", &results->output);
	if (summary->trouble != NULL)
		say("this should not have happened, please report it: %s", summary->trouble);
}

void results_save(struct results *results, const struct end_line *end,
		  const struct summary *summary)
{
	const struct options *o = results->options;
	int written = save_recording(results, end), composed = -ENOENT;
	bool wanted = !o->quiet || o->profile != NULL;
	struct recording *recording = wanted ? read_back(results) : NULL;

	if (recording != NULL || !wanted)
		say_results(results, summary, recording, written == 0);
	if (recording != NULL && o->profile != NULL)
		composed = write_profile(results, recording);
	/* Whoever has closed a pipe wants no more. */
	if ((o->output == NULL || written < 0) && composed < 0 && written != -EPIPE &&
	    composed != -EPIPE)
		rescue(results);
	recording_free(recording);
}

void results_release(struct results *results)
{
	journal_release(&results->journal);
	rescue_release(&results->rescue);
	profile_free(results->old_profile);
	place_release(&results->output);
	place_release(&results->profile);
	layers_release(&results->layers);
	earlier_release(&results->earlier);
}
