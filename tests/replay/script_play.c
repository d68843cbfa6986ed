/* Plays a script: lets the tracer follow it, hears what it tells, and looks at what it has come to. */
#include "script_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "follow.h"

static void on_started(void *data)
{
	struct script *s = data;

	s->started = true;
	script_did(s, "started");
}

static void on_observed(void *data, const struct observation *o)
{
	struct script *s = data;
	const char *wrong = ledger_observed(&s->ledger, o);

	if (wrong != NULL)
		script_broken(s, "%s", wrong);
	bool unknown = s->call != NULL && (s->call->replaced || s->call->tid == 0);
	if (unknown ? o->exe != NULL || o->comm != NULL || o->at != NULL
		    : s->play == PLAY_AS_WRITTEN &&
			      (o->exe == NULL || o->comm == NULL || o->at == NULL))
		script_broken(s, "an observation was not described");
	script_did(s, "observed %s:%" PRId32 " by %d/%d", o->abi->name, o->nr, (int)o->pid,
		   (int)o->tid);
	if (o->has_result)
		strbuf_addf(&s->done, " = %" PRId64, o->result);
}

static void on_gap(void *data, double t, enum gap_kind kind, const char *detail)
{
	(void)t;
	script_did(data, "gap %s: %s", gap_name(kind), detail);
}

static void on_outlived(void *data, const struct survivors *survivors)
{
	struct script *s = data;

	if (s->outlived)
		script_broken(s, "outlived twice");
	s->outlived = true;
	if (s->play == PLAY_AS_WRITTEN && survivors->name == NULL)
		script_broken(s, "a process that is left was not named");
	script_did(s, "outlived %zu", survivors->threads);
}

static void on_tick(void *data, const struct progress *progress)
{
	struct script *s = data;

	if ((progress->survivors != NULL) != s->run->main.ended)
		script_broken(s, "those who are left are named at the wrong time");
	script_did(s, "tick %zu", progress->threads);
}

static void check_end(struct script *s, int result, bool exec_failed, const struct err *err)
{
	const struct scenario *want = s->scenario;
	const struct run *run = s->run;
	const char *wrong = ledger_check(&s->ledger);

	if (!s->ended)
		script_finish_line(s);
	if (s->injecting != 0)
		script_broken(s, "%d makes calls for us for ever", (int)s->injecting);
	if (s->done.len > 0)
		script_broken(s, "at the end it did \"%s\"", s->done.s);
	if (wrong != NULL)
		script_broken(s, "%s", wrong);
	if (run->trouble.msg != NULL &&
	    (want->trouble == NULL || strcmp(run->trouble.msg, want->trouble) != 0))
		script_broken(s, "trouble: %s", run->trouble.msg);
	if (s->play == PLAY_AS_WRITTEN && want->trouble != NULL && run->trouble.msg == NULL)
		script_broken(s, "no trouble, which should have been \"%s\"", want->trouble);
	if (s->ended && (tasks_count(&run->tasks) > 0 || tasks_process_count(&run->tasks) > 0))
		script_broken(s, "%zu tasks of %zu processes are left", tasks_count(&run->tasks),
			      tasks_process_count(&run->tasks));
	/* A death is no reason to end the run of all others. */
	if (s->play == PLAY_ONE_GONE && want->result == 0 && run_has_failed(run))
		script_broken(s, "it has given up: %s", run->failure.msg);
	if (s->play == PLAY_ONE_GONE)
		return;
	if (result != want->result ||
	    (want->error != NULL && strcmp(err_text(err), want->error) != 0))
		script_broken(s, "the run ended with %d, \"%s\"", result, err_text(err));
	if (exec_failed != (want->exec_errno != 0))
		script_broken(s, "exec %s", exec_failed ? "failed" : "did not fail");
	if (s->next != want->n)
		script_broken(s, "the script goes on, the tracer does not");
	if (result == 0 && run->main.status != want->status)
		script_broken(s, "main status 0x%x instead of 0x%x", (unsigned int)run->main.status,
			      (unsigned int)want->status);
	if (s->play == PLAY_AS_WRITTEN &&
	    (run->tasks.seen_tasks != want->tasks || run->tasks.seen_processes != want->processes))
		script_broken(s, "saw %" PRIu64 " tasks of %" PRIu64 " processes",
			      run->tasks.seen_tasks, run->tasks.seen_processes);
}

/* Returns how many questions were asked. */
static unsigned int play(const struct scenario *scenario, enum play how, unsigned int fail_at)
{
	static const struct observer observer = {
		.started = on_started,
		.observed = on_observed,
		.gap = on_gap,
		.outlived = on_outlived,
		.tick = on_tick,
	};
	struct script *s = xcalloc(1, sizeof(*s));
	struct run run;
	struct err err = {0};
	bool exec_failed;

	s->scenario = scenario;
	s->play = how;
	s->fail_at = fail_at;
	s->run = &run;
	s->done = (struct strbuf)STRBUF_INIT;
	script_fill(&s->kernel);
	run_init(&run, &s->kernel, &observer, s);
	run.main.pid = MAIN;
	run.request.stop_with_main = scenario->stop_with_main;
	run.host.filtered = scenario->filtered;
	run.host.has_strangers = scenario->strangers;
	run.request.tick_ms = scenario->tick_ms;
	run.request.sieve = scenario->sieve || scenario->lets_go;
	run.host.lets_go = scenario->lets_go;
	run.host.privileged = scenario->privileged;
	assert_true(tuning_parse(&run.request.tuning, "run_quiet=0,probing_quiet=0,process_quiet=0,"
						      "least_rate=0,quiet_runs=0,starter=1000000"));
	if (scenario->exec_errno != 0) {
		int fds[2];
		assert_int_equal(pipe(fds), 0);
		assert_int_equal(write(fds[1], &scenario->exec_errno, sizeof(int)), sizeof(int));
		(void)close(fds[1]);
		run.main.error_pipe = fds[0];
	}
	int result = follow(&run, &exec_failed, &err);
	check_end(s, result, exec_failed, &err);
	unsigned int asked = s->asked;
	run_release(&run);
	err_done(&err);
	strbuf_release(&s->done);
	free(s);
	return asked;
}

void script_play(const struct scenario *scenario)
{
	unsigned int questions = play(scenario, PLAY_AS_WRITTEN, 0);

	for (unsigned int i = 1; i <= questions; i++)
		(void)play(scenario, PLAY_ONE_GONE, i);
	if (!scenario->needs_proc)
		(void)play(scenario, PLAY_NO_PROC, 0);
}
