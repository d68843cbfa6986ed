#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "commands.h"
#include "exit_status.h"
#include "journal.h"
#include "results.h"
#include "say.h"
#include "statusline.h"
#include "summary.h"
#include "tracer.h"

#define STATUS_TICK_MS 250

/* So many calls that teach nothing, where earlier runs have taught most: see struct tuning. */
#define KNOWN_QUIET 64

struct run {
	const struct options *options;
	struct tracer_options asked;
	struct results results;
	struct statusline line;
	struct tracer *tracer; /* owned; NULL: nothing runs yet */
	char *waiting_for;     /* owned: the name of a process that outlives the main one */
};

/* NULL: nothing was named. */
static const struct known_line *known_line(const struct run *run)
{
	const struct earlier *earlier = &run->results.earlier;

	return earlier->recording != NULL ? &earlier->line : NULL;
}

static void on_started(void *data)
{
	struct run *run = data;

	journal_begin(&run->results.journal, run->options->args, tracer_figures(run->tracer).mode,
		      known_line(run));
}

static void on_observed(void *data, const struct observation *o)
{
	struct run *run = data;

	journal_observation(&run->results.journal, o);
}

static void on_gap(void *data, double t, enum gap_kind kind, const char *detail)
{
	struct run *run = data;

	journal_gap(&run->results.journal, t, kind, detail);
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

	journal_tick(&run->results.journal, progress->t);
	if (progress->survivors != NULL) {
		free(run->waiting_for);
		run->waiting_for = name_one(progress->survivors);
	}
	const struct status status = {
		.t = progress->t,
		.last_new = progress->last_new,
		.calls = progress->calls,
		.some_known = known_line(run) != NULL,
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

static void save(struct run *run)
{
	const struct tracer_figures figures = tracer_figures(run->tracer);
	const struct end_line end = {
		.t = figures.t,
		.status = status_of_shell(figures.main_status),
		.processes = figures.processes,
		.threads = figures.threads,
		.has_stops = true,
		.stops = figures.stops,
		.sieves = figures.sieves,
		.sieved = figures.sieved,
		.let_go = figures.let_go,
		.notifications = figures.notifications,
	};
	struct summary summary = {
		.t = figures.t,
		.last_new = figures.last_new,
		.processes = figures.processes,
		.threads = figures.threads,
		.at_least = figures.let_go > 0,
		.late = figures.late.abi,
		.late_nr = figures.late.nr,
		.late_times = figures.late.times,
		.calls = figures.calls,
		.known = known_line(run),
		.nobody_named = !tracer_can_tell_who(),
		.trouble = figures.trouble,
	};

	memcpy(summary.calls_of, figures.calls_of, sizeof(summary.calls_of));
	results_save(&run->results, &end, &summary);
}

static int follow(struct run *run)
{
	struct err err = {0};
	bool exec_failed;

	run->tracer = tracer_new(NULL, &observer, run, &run->asked);
	for (size_t i = 0; i < run->results.earlier.line.n_calls; i++)
		tracer_know(run->tracer, run->results.earlier.calls[i].abi,
			    run->results.earlier.calls[i].nr);
	if (tracer_spawn(run->tracer, run->options->args, &err) < 0) {
		results_complain(&run->results, &err);
		return STATUS_OWN_FAILURE;
	}
	let_go_of_stdio(&run->results.profile);
	int r = tracer_run(run->tracer, &exec_failed, &err);
	statusline_hide(&run->line);
	if (exec_failed)
		return status_of_exec(run->options->args[0], -r);
	if (r < 0)
		results_complain(&run->results, &err);
	if (run->results.journal.begun)
		save(run);
	else if (r == 0)
		say("'%s' was killed while it was being started: nothing was recorded",
		    run->options->args[0]);
	if (run->results.failed)
		return STATUS_OWN_FAILURE;
	return status_repeat(tracer_figures(run->tracer).main_status);
}

/*
 * Where little is left to learn, a sieve may come early: nearly all that it has to let pass is known.
 * Of bases that hold what the run makes, a small make was left with 360 stops instead of 7,300, find
 * with 140 instead of 6,200, and a shell that starts 200 programs with 1,300 instead of 6,400. A base
 * that holds next to nothing of it costs that make 11,800 stops, and no base 9,700.
 */
static void expect_little(struct tuning *tuning)
{
	tuning->run_quiet = KNOWN_QUIET;
	tuning->process_quiet = KNOWN_QUIET;
	tuning->probing_quiet = KNOWN_QUIET;
}

static int prepare(struct run *run, struct err *err)
{
	const struct options *o = run->options;
	int r = results_prepare(&run->results, o, err);

	if (r == 0 && run->results.earlier.line.n_calls > 0)
		expect_little(&run->asked.tuning);
	if (r == 0 && o->tune != NULL && !tuning_parse(&run->asked.tuning, o->tune))
		r = err_set(err, EINVAL, "cannot understand --tune '%s'", o->tune);
	run->asked.tick_ms = run->line.on ? STATUS_TICK_MS : journal_tick_ms(&run->results.journal);
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
	};
	int status = STATUS_OWN_FAILURE;

	statusline_init(&run.line, o->quiet);
	if (prepare(&run, &err) < 0)
		results_complain(&run.results, &err);
	else
		status = follow(&run);
	results_release(&run.results);
	tracer_free(run.tracer);
	free(run.waiting_for);
	return status;
}
