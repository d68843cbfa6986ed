/*
 * A recording as a value: what one run learnt, or what several did. journal.h writes the file
 * line by line during a run; this reads it back. The file format is described in seccomp-learn-recording(5).
 */
#ifndef LEARNER_RECORDING_H
#define LEARNER_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "err.h"
#include "strbuf.h"

/* Who made a call first, in one source. Strings are owned by the recording; NULL: not known. */
struct provenance {
	size_t source; /* index into recording.sources */
	double t;      /* seconds since that run's start */
	char *exe;
	char *comm;
	int pid, tid;
	char *at; /* code address as object+offset */
	bool has_result;
	int64_t result; /* negative errno, or what the call returned */
};

/* One system call that was learnt. */
struct learnt {
	const struct abi *abi;
	int32_t nr;
	char *name;            /* NULL: a number that has no name */
	struct provenance *by; /* one for each source that made it, in the order of sources */
	size_t n_by, cap_by;   /* 0: it is known to its sources, which need not have made it */
	size_t *known;         /* the sources to which it was known from the start, in order */
	size_t n_known, cap_known;
};

/* A reason why the recording may be incomplete. */
struct recorded_gap {
	size_t source;
	bool known;   /* not of the source's run, but of what it built on */
	double t;     /* 0 when it is known */
	char *kind;   /* "untraced-child", ..., "cut-off" */
	char *detail; /* for people; may be empty, never NULL */
};

/* One run: its header line, what it built on, and its end line. */
struct source {
	char *tool, *started, *machine, *kernel, *mode; /* "" when the header lacks it */
	char **command;                                 /* NULL-terminated; never NULL */
	char **known_from; /* the files that its known calls are from, sorted */
	size_t n_known_from, cap_known_from;
	bool ended; /* there was an end line */
	double t;   /* of the end */
	int status; /* of the workload, as a shell has it: 128 + n for a signal */
	uint64_t processes, threads;
};

struct recording {
	struct source *sources; /* sorted by start time, then by content */
	size_t n_sources, cap_sources;
	struct learnt *calls; /* sorted by ABI (in the table's order), then by name, then by nr */
	size_t n_calls, cap_calls;
	struct recorded_gap
		*gaps; /* sorted by source, known ones first, time, kind; equal ones once */
	size_t n_gaps, cap_gaps;
	struct call_index *index; /* of what was added since it was last sorted */
	char **warnings; /* "FILE:LINE: ..." for lines that were skipped or dropped, as found */
	size_t n_warnings, cap_warnings;
};

/* Does the text look like a recording (its first line a header) rather than a profile? */
bool recording_is(const char *text, size_t len);

/*
 * Reads one journal. A torn last line is dropped, lines of unknown kinds are skipped, both with
 * a warning; a missing end line is a gap "cut-off"; anything else that is wrong is an error
 * "NAME:LINE: ...". On success *recording is the caller's to free.
 */
int recording_parse(const char *name, const char *text, size_t len, struct recording **recording,
		    struct err *err);

/*
 * Moves everything in `from` into `into` and frees `from`. The result (but for the order of the
 * warnings) does not depend on the order in which recordings are merged, and a source that is
 * there already, with the same header and end, is not added again.
 */
void recording_merge(struct recording *into, struct recording *from);

/*
 * Building one: an empty recording, additions in any order, then recording_sort(). What is added
 * again is not kept, so that memory is needed for what is known alone. Additions take over the
 * strings of what they are given. A source starts with empty strings; it moves when the
 * next one is added.
 */
struct recording *recording_new(void);
struct source *recording_add_source(struct recording *recording);
void recording_add_call(struct recording *recording, const struct abi *abi, int32_t nr, char *name,
			struct provenance by);
void recording_add_known(struct recording *recording, const struct abi *abi, int32_t nr, char *name,
			 size_t source);
void recording_add_known_from(struct source *source, char *file);
void recording_add_gap(struct recording *recording, struct recorded_gap gap);
void recording_warn(struct recording *recording, char *warning);

/*
 * Brings it into the order that the struct promises: equal sources become one, calls made several
 * times in a source keep the earliest.
 */
void recording_sort(struct recording *recording);

/* Drops the calls for which `keep` says no; what they were learnt from stays. */
void recording_keep_calls(struct recording *recording,
			  bool (*keep)(const struct learnt *call, void *ctx), void *ctx);

/*
 * Adds the recording to `out` as a journal: a header for each source, what was learnt from it in
 * the order of time, its end. Reading that back gives the same recording, but for its warnings.
 */
void recording_write(const struct recording *recording, struct strbuf *out);

/* The call of this name on this ABI, or NULL. The recording is sorted. */
const struct learnt *recording_find(const struct recording *recording, const struct abi *abi,
				    const char *name);

/* NULL is fine. Returns NULL. */
struct recording *recording_free(struct recording *recording);

#endif
