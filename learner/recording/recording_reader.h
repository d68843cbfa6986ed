/* What reading a recording remembers, and the members of its lines, checked: for recording_parse.c. */
#ifndef LEARNER_RECORDING_READER_H
#define LEARNER_RECORDING_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "alloc.h"
#include "err.h"
#include "json.h"
#include "recording.h"

struct reader {
	const char *name;
	size_t line;
	struct recording *recording;
	struct source *source; /* the one being read; NULL before the first header */
	double last_t;         /* of the source's last line */
	size_t warned;         /* of so many lines */
	struct err *err;
};

/* The index of the source that is being read. */
size_t reader_source(const struct reader *r);

/* -EINVAL with "NAME:LINE: ..."; takes over `what`. */
int reader_refuse(struct reader *r, char *what);

#define BAD(r, ...) reader_refuse(r, xasprintf(__VA_ARGS__))

/* A warning about the line, of which only the first ones are kept; and how many there were beside. */
void reader_warn(struct reader *r, const char *what);
void reader_warn_of_the_rest(struct reader *r);

/*
 * Members of a line. A missing key and null are the same: the result stays as it is. A text replaces
 * what *text held, and is the caller's to free; so does a list of words, which ends with NULL and may
 * end early after an error. A number is from `min` to `max`. Seconds must be there.
 */
int reader_text(struct reader *r, json_object *line, const char *key, char **text);
int reader_number(struct reader *r, json_object *line, const char *key, int64_t min, int64_t max,
		  int64_t *number, bool *found);
int reader_seconds(struct reader *r, json_object *line, double *t);
int reader_words(struct reader *r, json_object *line, const char *key, char ***words);

/* The ABI of a call; NULL after an error. */
const struct abi *reader_abi(struct reader *r, json_object *line);

/*
 * The number of a call on that ABI, which must be there, and its name. The number is the truth. A
 * recorded name counts only where this program knows none, since the recording may come from a
 * newer one; a name that belongs to another number is an error. *name is the caller's to free in
 * any case.
 */
int reader_call(struct reader *r, json_object *line, const struct abi *abi, int32_t *nr,
		char **name);

/* The kind of a gap, which must be there, and its detail: the caller's to free, unless it fails. */
int reader_gap(struct reader *r, json_object *line, struct recorded_gap *gap);

/* The line of what a run built on: recording_known.c. */
int reader_known(struct reader *r, json_object *line);

#endif
