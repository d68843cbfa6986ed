/*
 * The journal: the recording's file while the run goes on. Each line is written the moment it is
 * known, so that whatever ends the run, the learner's own death included, leaves a recording that
 * loads. The same text is kept in memory, and the profile is made from that.
 */
#ifndef LEARNER_JOURNAL_H
#define LEARNER_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "gap.h"
#include "observation.h"
#include "strbuf.h"

struct journal {
	const char *path; /* borrowed; NULL: in memory only */
	int fd;           /* -1 without a file, or after an error */
	bool created;     /* the file was not there before */
	bool begun;       /* the header has been written */
	size_t written;   /* bytes of `text` that are in the file */
	struct strbuf text;
	struct err error; /* why the file is incomplete, if it is */
};

/*
 * Opens the file, so that a name that can't be written is found before anything runs. What the
 * file held stays until journal_begin(). `path` NULL: no file; "-": standard output.
 */
int journal_open(struct journal *journal, const char *path, struct err *err);

/* Writes the header line. */
void journal_begin(struct journal *journal, char *const *command, const char *mode);

void journal_observation(struct journal *journal, const struct observation *o);
void journal_gap(struct journal *journal, double t, enum gap_kind kind, const char *detail);

/* The figures of the end line. */
struct journal_end {
	double t;   /* seconds since the start */
	int status; /* of the workload, as a shell has it */
	uint64_t processes, threads, stops;
	uint64_t sieves; /* installed */
	uint64_t sieved; /* threads that had one, at least */
};

void journal_end(struct journal *journal, const struct journal_end *end);

/*
 * Closes the file. Errors of any write since the start come out here; a file on a full disk holds
 * as many whole lines as there was room for.
 */
int journal_close(struct journal *journal, struct err *err);

/* The run did not begin: takes a file away again that was made for nothing. */
void journal_abandon(struct journal *journal);

void journal_release(struct journal *journal);

#endif
