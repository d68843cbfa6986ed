/*
 * The lines of a recording, which nobody else writes. The format is described in
 * seccomp-learn-recording(5). What is not known, or empty, is left out.
 */
#ifndef LEARNER_RECORDING_LINES_H
#define LEARNER_RECORDING_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "abi.h"
#include "strbuf.h"

/* The one version of the format that there is. */
#define RECORDING_VERSION 1

/* A run: where it was, when, and of what. */
struct header_line {
	const char *tool, *started, *machine, *kernel, *mode;
	char *const *command; /* NULL-terminated */
};

/* A system call that was known before the run, and so is not learnt in it. */
struct known_call {
	const struct abi *abi;
	int32_t nr;
	const char *name; /* NULL: the number has none */
};

/* A gap of what was known. */
struct known_gap {
	const char *gap, *detail;
};

/* What a run built on: the files, and all calls and gaps that they hold. */
struct known_line {
	char *const *from;
	size_t n_from;
	const struct known_call *calls; /* those of an ABI one behind the other */
	size_t n_calls;
	const struct known_gap *gaps;
	size_t n_gaps;
};

/* A system call that was learnt, and who made it first. */
struct call_line {
	double t;
	const struct abi *abi;
	int32_t nr;
	const char *name;            /* NULL: the number has none */
	const char *exe, *comm, *at; /* NULL: not known; an empty one is written */
	int pid, tid;
	bool has_result;
	int64_t result;
};

struct gap_line {
	double t;
	const char *gap, *detail;
};

/* The end of a run. */
struct end_line {
	double t;   /* seconds since the start */
	int status; /* of the workload, as a shell has it */
	uint64_t processes, threads;
	bool has_stops; /* a merged recording has lost these: */
	uint64_t stops;
	uint64_t sieves;        /* installed */
	uint64_t sieved;        /* threads that had one, at least */
	uint64_t let_go;        /* threads that were detached; what they made is not counted */
	uint64_t notifications; /* calls of those that were let go which were looked at */
};

/*
 * Seconds as a run writes them, with four digits: a call is not told from the next one by more. The
 * writers below keep whatever number they are given.
 */
double recording_seconds(double t);

/*
 * When a run started, as its header has it: "2026-11-23T18:00:00Z", of seconds since 1970, which are
 * not negative. The caller frees it.
 */
char *recording_time(int64_t seconds);

void recording_add_header_line(struct strbuf *out, const struct header_line *header);
void recording_add_known_line(struct strbuf *out, const struct known_line *known);
void recording_add_call_line(struct strbuf *out, const struct call_line *call);
void recording_add_gap_line(struct strbuf *out, const struct gap_line *gap);
void recording_add_end_line(struct strbuf *out, const struct end_line *end);

#endif
