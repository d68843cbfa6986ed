#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "commands.h"
#include "compose.h"
#include "exit_status.h"
#include "journal.h"
#include "layers.h"
#include "notes.h"
#include "output.h"
#include "overwrite.h"
#include "place.h"
#include "recording.h"
#include "rescue.h"
#include "say.h"
#include "statusline.h"
#include "summary.h"
#include "tracer.h"

#define STATUS_TICK_MS 250

struct run {
	const struct options *options;
	struct tracer_options asked;
	struct layers layers;
	struct place output, profile; /* of -o and -p, found before the workload starts */
	struct profile *old_profile;  /* owned: what seccomp.json was, unless it was asked for */
	struct rescue rescue;
	struct journal journal;
	struct statusline line;
	struct tracer *tracer; /* owned; NULL: nothing runs yet */
	char *waiting_for;     /* owned: the name of a process that outlives the main one */
	bool failed;           /* something of ours went wrong; it has been said */
};

static void complain(struct run *run, struct err *err)
{
	/* The workload has been given the signal by now, or there will be none. */
	(void)signal(SIGXFSZ, SIG_IGN);
	statusline_hide(&run->line);
	say("%s", err_text(err));
	err_done(err);
	run->failed = true;
}

static void on_started(void *data)
{
	struct run *run = data;

	journal_begin(&run->journal, run->options->args, tracer_figures(run->tracer).mode);
}

static void on_observed(void *data, const struct observation *o)
{
	struct run *run = data;

	journal_observation(&run->journal, o);
}

static void on_gap(void *data, double t, enum gap_kind kind, const char *detail)
{
	struct run *run = data;

	journal_gap(&run->journal, t, kind, detail);
}

/* Names a process of those that are left; which one does not matter. NULL: none is known. */
static char *name_one(const struct survivors *survivors)
{
	if (survivors->pid == 0)
		return NULL;
	return xasprintf("%s (%d)", survivors->name != NULL ? survivors->name : "a process",
			 (int)survivors->pid);
}

static void on_outlived(void *data, const struct survivors *survivors)
{
	struct run *run = data;

	free(run->waiting_for);
	run->waiting_for = name_one(survivors);
	if (run->options->quiet || statusline_can_show(&run->line))
		return;
	size_t n = survivors->processes;
	say("the main process has ended; waiting for %s%s (Ctrl-C or --stop-with-main ends %s)",
	    run->waiting_for != NULL ? run->waiting_for : "others", n > 1 ? " and others" : "",
	    n > 1 ? "them" : "it");
}

static void on_tick(void *data, const struct progress *progress)
{
	struct run *run = data;

	if (progress->survivors != NULL) {
		free(run->waiting_for);
		run->waiting_for = name_one(progress->survivors);
	}
	const struct status status = {
		.t = progress->t,
		.last_new = progress->last_new,
		.calls = progress->calls,
		.processes = progress->processes,
		.waiting_for = run->waiting_for,
	};
	statusline_show(&run->line, &status);
}

static const struct observer observer = {
	.started = on_started,
	.observed = on_observed,
	.gap = on_gap,
	.outlived = on_outlived,
	.tick = on_tick,
};

/*
 * The workload's pipes must see end of file and broken pipes when its own processes let go of
 * them, not when we do. Standard error stays, for our own words, and so does what the profile is to
 * be written to. (The journal has a descriptor of its own.)
 */
static void let_go_of_stdio(const struct place *profile)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int kept = profile->kind == PLACE_DESCRIPTOR ? profile->fd : -1;

	if (null < 0)
		return;
	for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++)
		if (fd != kept)
			(void)dup2(null, fd);
	(void)close(null);
}

/* "wrote the recording to x.rec", which may have moved with its directory. */
static void say_written(const char *what, const struct place *place)
{
	cleanup_free char *name = place_name_now(place);

	say("wrote the %s to %s", what, strcmp(name, "-") == 0 ? "standard output" : name);
}

static int write_profile(struct run *run, const struct recording *recording)
{
	struct err err = {0};
	struct profile *profile = NULL;
	struct notes notes = {0};
	const struct options *o = run->options;

	int r = compose(recording, &run->layers, &o->target, &profile, &notes, &err);
	if (r == 0)
		r = overwrite_check_loss(&run->profile, run->old_profile, profile, &err);
	if (r == 0)
		r = output_profile(profile, &o->style, &o->context, &run->profile, &err);
	if (r < 0)
		complain(run, &err);
	else if (!o->quiet) {
		/* The gaps have been told by the summary. */
		notes.n_gaps = 0;
		notes_say(&notes);
		say_written("profile", &run->profile);
	}
	notes_release(&notes);
	profile_free(profile);
	return r;
}

/* What was learnt is nowhere: it may have taken hours. */
static void rescue(const struct run *run)
{
	struct err err = {0};
	cleanup_free char *name = rescue_save(&run->rescue, &run->journal.text, &err);

	if (name != NULL)
		say("saved the recording as '%s' instead", name);
	else
		say("the recording could not be saved elsewhere either: %s", err_text(&err));
	err_done(&err);
}

static void say_summary(const struct tracer_figures *figures, const struct recording *recording)
{
	struct summary summary = {
		.t = figures->t,
		.last_new = figures->last_new,
		.processes = figures->processes,
		.threads = figures->threads,
		.calls = figures->calls,
		.nobody_named = !tracer_can_tell_who(),
	};

	memcpy(summary.calls_of, figures->calls_of, sizeof(summary.calls_of));
	summary_say(&summary, recording);
}

/* Ends the journal, and reads back what it holds: *recording, or NULL. Negative: the file is not whole. */
static int save_recording(struct run *run, const struct tracer_figures *figures,
			  struct recording **recording)
{
	struct err err = {0};
	const struct end_line end = {
		.t = figures->t,
		.status = status_of_shell(figures->main_status),
		.processes = figures->processes,
		.threads = figures->threads,
		.has_stops = true,
		.stops = figures->stops,
		.sieves = figures->sieves,
		.sieved = figures->sieved,
	};

	journal_end(&run->journal, &end);
	int r = journal_close(&run->journal, &err);
	if (r < 0)
		complain(run, &err);
	if (recording_parse("recording", run->journal.text.s, run->journal.text.len, recording,
			    &err) < 0)
		complain(run, &err);
	return r;
}

static void say_results(const struct run *run, const struct tracer_figures *figures,
			const struct recording *recording, bool written)
{
	const struct options *o = run->options;

	if (!o->quiet)
		say_summary(figures, recording);
	if (!o->quiet && o->output != NULL && written)
		say_written("recording", &run->output);
	if (figures->trouble != NULL)
		say("this should not have happened, please report it: %s", figures->trouble);
}

static void finish(struct run *run)
{
	struct recording *recording = NULL;
	const struct options *o = run->options;
	const struct tracer_figures figures = tracer_figures(run->tracer);
	int written = save_recording(run, &figures, &recording), composed = -ENOENT;

	if (recording != NULL)
		say_results(run, &figures, recording, written == 0);
	if (recording != NULL && o->profile != NULL)
		composed = write_profile(run, recording);
	/* Whoever has closed a pipe wants no more. */
	if ((o->output == NULL || written < 0) && composed < 0 && written != -EPIPE &&
	    composed != -EPIPE)
		rescue(run);
	recording_free(recording);
}

static int follow(struct run *run)
{
	struct err err = {0};
	bool exec_failed;

	run->tracer = tracer_new(NULL, &observer, run, &run->asked);
	if (tracer_spawn(run->tracer, run->options->args, &err) < 0) {
		complain(run, &err);
		return STATUS_OWN_FAILURE;
	}
	let_go_of_stdio(&run->profile);
	int r = tracer_run(run->tracer, &exec_failed, &err);
	statusline_hide(&run->line);
	if (exec_failed)
		return status_of_exec(run->options->args[0], -r);
	if (r < 0)
		complain(run, &err);
	if (run->journal.begun)
		finish(run);
	else if (r == 0)
		say("'%s' was killed while it was being started: nothing was recorded",
		    run->options->args[0]);
	if (run->failed)
		return STATUS_OWN_FAILURE;
	return status_repeat(tracer_figures(run->tracer).main_status);
}

/*
 * Where everything goes is found out here, and never again: what runs later may change what the
 * names mean.
 */
static int find_places(struct run *run, struct err *err)
{
	const struct options *o = run->options;
	int r = 0;

	if (o->output != NULL)
		r = place_resolve(&run->output, o->output, err);
	if (r < 0)
		return r;
	if (o->profile != NULL)
		r = place_resolve(&run->profile, o->profile, err);
	if (r == 0 && o->output != NULL && o->profile != NULL &&
	    place_same(&run->output, &run->profile))
		r = err_set(err, EINVAL,
			    "the recording (-o) and the profile (-p) need two files: '%s' and "
			    "'%s' are the same",
			    o->output, o->profile);
	if (r < 0)
		return r;
	rescue_prepare(&run->rescue, o->output != NULL ? &run->output : &run->profile);
	return r;
}

/* Before anything runs: to be refused after an hour of tests would be cruel. */
static int check_places(struct run *run, struct err *err)
{
	const struct options *o = run->options;
	int r = 0;

	if (o->output != NULL)
		r = overwrite_check(&run->output, CONTENT_RECORDING, o, err);
	if (r < 0)
		return r;
	if (o->profile_unasked)
		r = overwrite_check_unasked(&run->profile, o, &run->old_profile, err);
	else if (r == 0 && o->profile != NULL)
		r = overwrite_check(&run->profile, CONTENT_PROFILE, o, err);
	if (r < 0)
		return r;
	if (o->profile != NULL)
		r = output_check(&o->target, &o->style, &o->context, &run->profile, err);
	return r;
}

static int prepare(struct run *run, struct err *err)
{
	const struct options *o = run->options;
	int r = layers_load(&o->layers, &run->layers, err);

	if (r < 0)
		return r;
	if (o->tune != NULL && !tuning_parse(&run->asked.tuning, o->tune))
		r = err_set(err, EINVAL, "cannot understand --tune '%s'", o->tune);
	if (r < 0)
		return r;
	r = find_places(run, err);
	if (r < 0)
		return r;
	r = check_places(run, err);
	if (r < 0)
		return r;
	r = journal_open(&run->journal, o->output != NULL ? &run->output : NULL, err);
	return r;
}

int cmd_record(const struct options *o)
{
	struct err err = {0};
	struct run run = {
		.options = o,
		.asked = {.sieve = !o->exact,
			  .after_filter = o->after_filter,
			  .stop_with_main = o->stop_with_main,
			  .tuning = tuning_default},
		.output = PLACE_INIT,
		.profile = PLACE_INIT,
		.journal = {.fd = -1, .text = STRBUF_INIT},
	};
	int status = STATUS_OWN_FAILURE;

	statusline_init(&run.line, o->quiet);
	run.asked.tick_ms = run.line.on ? STATUS_TICK_MS : 0;
	if (prepare(&run, &err) < 0)
		complain(&run, &err);
	else
		status = follow(&run);
	journal_release(&run.journal);
	rescue_release(&run.rescue);
	profile_free(run.old_profile);
	place_release(&run.output);
	place_release(&run.profile);
	tracer_free(run.tracer);
	layers_release(&run.layers);
	free(run.waiting_for);
	return status;
}
