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
#include "place.h"
#include "recording_lines.h"
#include "replace.h"
#include "strbuf.h"
#include "syncer.h"

struct journal {
	struct place *place;    /* borrowed; NULL: in memory only */
	int fd;                 /* -1: no file (yet) */
	bool regular;           /* a file by its name: ours alone, and it may lose the name */
	bool begun;             /* journal_begin() was called */
	struct replacement new; /* until then: a file that has no name yet */
	size_t written;         /* bytes of `text` that are in the file */
	bool named_on_disk;     /* a new name was synced with its directory */
	struct syncer syncer;
	struct strbuf text;
	struct err error; /* why the file is incomplete, if it is */
	int errnum;       /* the same as a positive errno */
};

#define JOURNAL_INIT                                                   \
	{                                                              \
		.fd = -1, .new = REPLACEMENT_INIT, .text = STRBUF_INIT \
	}

/*
 * Finds a place that can't be written to before anything runs. What is there stays as it is until
 * journal_begin(). `place` NULL: no file; else it outlives the journal.
 */
int journal_open(struct journal *journal, struct place *place, struct err *err);

/*
 * The program runs: writes the header line, and what it builds on (`known`, NULL: nothing). A regular
 * file gets its name with that line in it, on disk, so at every moment the name stands for the old
 * recording or for a new one that loads, even if the machine dies. What is written later is on disk some seconds after, if journal_tick() is
 * called, and all of it when journal_close() returns.
 */
void journal_begin(struct journal *journal, char *const *command, const char *mode,
		   const struct known_line *known);

/*
 * Has what was written put on disk. To be called at least every so many milliseconds, with the seconds
 * since the start; 0: need not be called.
 */
void journal_tick(struct journal *journal, double t);
unsigned int journal_tick_ms(const struct journal *journal);

void journal_observation(struct journal *journal, const struct observation *o);
void journal_gap(struct journal *journal, double t, enum gap_kind kind, const char *detail);

/* `end->t` is rounded here. */
void journal_end(struct journal *journal, const struct end_line *end);

/*
 * Closes the file. Errors of any write since the start come out here; a file on a full disk holds
 * as many whole lines as there was room for. A file that the workload has removed or spoilt is
 * written anew, one that it has put in the place of ours stays and is an error. -EPIPE: nobody
 * reads any more.
 */
int journal_close(struct journal *journal, struct err *err);

void journal_release(struct journal *journal);

#endif
