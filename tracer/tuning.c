#include "tuning.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/*
 * Measured on two shared processors with the workloads of "make bench".
 *
 * process_quiet: a python test run of 0.73 million calls was left with 60,000 stops for 256-512,
 * 64,000-77,000 for 1,024-2,048 and 179,000 for 8,192; below 256, phases of start-up are taken for
 * steady work.
 *
 * repeating_quiet: dd with 400,000 calls took 1.79 times as long when it waited for 512 calls as
 * others do, 1.53 times with 256, and 1.32 times with 128, in medians of seven.
 *
 * familiar_quiet, familiar_runs: 32 runs of git, most of which teach something, cost 27,000 stops
 * without them, 15,000 with 64 calls after 4 runs, and 11,000 with 8 or 64 calls after the first.
 * 6,000 of these are the shell's, which starts them.
 *
 * way_quiet: with what else a run has become since then, 32 runs of git cost 13,400 stops without it and
 * with a run_quiet of 256, and 11,300 with 16 and 64; make -j2 22,900 and 19,700; 8 or 32 were about the same.
 * Taking every program for familiar after its first run costs 7,200 and 16,200; but a "node --version" would then
 * give the server that node is next a sieve before it has done anything.
 *
 * same_children: a shell that starts true 1,000 times costs 1,960 stops with 48, 980 with 24 and
 * 740 with 16. A loop that waits for something with sleep(1) is one of that kind, and what comes after it may not be.
 *
 * Of the other two for starters, 3,000 stops and 24 children gave a configure script its sieve before it first
 * compiled something, and left it with 82,000 notifications instead of 31.
 *
 * To load at the exec itself, by a call in the vDSO, would save 6 of some 16 stops for each process that gets a
 * sieve: those are 25 in git and 37 in make -j2, which makes 2 stops in a hundred.
 *
 * probing_quiet: postgres makes 1,000 descriptors at its start to see how many it may have, and
 * closes them again. A sieve that came then left its servers at 0.38 of their throughput, with
 * 178,000 stops; from 2,048 on it comes later, for 0.94 and 17,000 stops. The same with a program
 * that closes 1,021 descriptors, and then sends and receives 100,000 times: 201,000 stops, and 3,100.
 *
 * poll_seconds, for where asking turns out to be quicker (poll.h): if to wake another processor takes longer than
 * that, every stop is slept for, and then none comes quickly enough to be polled for. On a host where it took
 * over 100 microseconds, 50 left the server that changes its ways at 0.22 of its throughput and 200 at 0.53;
 * 1 ms was no better. There dd took 2.5 times as long without asking where it takes 1.5 times with 200; on two
 * other hosts, with Linux 6.18, it took 0.82 and 0.88 of that.
 */
const struct tuning tuning_default = {
	.run_quiet = 64,
	.process_quiet = 512,
	.repeating_quiet = 128,
	.familiar_quiet = 64,
	.familiar_runs = 4,
	.way_quiet = 16,
	.probing_quiet = 3072,
	.calls_per_probe = 32,
	.least_rate = 200,
	.quiet_runs = 2,
	.starter = 4,
	.starter_quiet = 6000,
	.children_quiet = 24,
	.same_children = 24,
	.let_go = 1,
	.poll_seconds = 200e-6,
	.poll_pace = 400e-6,
};

static const struct {
	const char *name;
	enum { TUNE_U64, TUNE_UINT, TUNE_DOUBLE } type;
	size_t offset;
} tunables[] = {
	{"run_quiet", TUNE_U64, offsetof(struct tuning, run_quiet)},
	{"process_quiet", TUNE_U64, offsetof(struct tuning, process_quiet)},
	{"repeating_quiet", TUNE_U64, offsetof(struct tuning, repeating_quiet)},
	{"familiar_quiet", TUNE_U64, offsetof(struct tuning, familiar_quiet)},
	{"familiar_runs", TUNE_UINT, offsetof(struct tuning, familiar_runs)},
	{"way_quiet", TUNE_U64, offsetof(struct tuning, way_quiet)},
	{"probing_quiet", TUNE_U64, offsetof(struct tuning, probing_quiet)},
	{"calls_per_probe", TUNE_U64, offsetof(struct tuning, calls_per_probe)},
	{"least_rate", TUNE_DOUBLE, offsetof(struct tuning, least_rate)},
	{"quiet_runs", TUNE_UINT, offsetof(struct tuning, quiet_runs)},
	{"starter", TUNE_UINT, offsetof(struct tuning, starter)},
	{"starter_quiet", TUNE_U64, offsetof(struct tuning, starter_quiet)},
	{"same_children", TUNE_UINT, offsetof(struct tuning, same_children)},
	{"children_quiet", TUNE_UINT, offsetof(struct tuning, children_quiet)},
	{"let_go", TUNE_UINT, offsetof(struct tuning, let_go)},
	{"poll_seconds", TUNE_DOUBLE, offsetof(struct tuning, poll_seconds)},
	{"poll_pace", TUNE_DOUBLE, offsetof(struct tuning, poll_pace)},
};

static bool tune(struct tuning *tuning, const char *name, size_t len, double value)
{
	for (size_t i = 0; i < ARRAY_SIZE(tunables); i++) {
		char *member = (char *)tuning + tunables[i].offset;
		if (strlen(tunables[i].name) != len || memcmp(tunables[i].name, name, len) != 0)
			continue;
		if (tunables[i].type == TUNE_U64)
			*(uint64_t *)(void *)member = (uint64_t)value;
		else if (tunables[i].type == TUNE_UINT)
			*(unsigned int *)(void *)member = (unsigned int)value;
		else
			*(double *)(void *)member = value;
		return true;
	}
	return false;
}

bool tuning_parse(struct tuning *tuning, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "=");
		char *end;
		if (text[len] != '=')
			return false;
		double value = strtod(text + len + 1, &end);
		if (end == text + len + 1 || !(value >= 0 && value <= 1e18) ||
		    (*end != ',' && *end != '\0') || !tune(tuning, text, len, value))
			return false;
		text = *end == ',' ? end + 1 : end;
	}
	return true;
}
