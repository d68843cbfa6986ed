/*
 * Two policies compared, as a value; diff_format.h writes it. Knows nothing of files or formats.
 *
 * Between profiles everything counts. A recording says only which calls were made, so where one
 * side is a recording only the calls are compared: a call that the profile allows under conditions
 * counts as allowed (and is noted), and the default and other settings are left out.
 */
#ifndef LEARNER_DIFF_H
#define LEARNER_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "policy.h"
#include "risk.h"

enum diff_side {
	DIFF_OLD,
	DIFF_NEW,
	DIFF_SIDES,
};

/*
 * How a call changed, as a set: one of the first two alone, or some of the others, where arguments
 * decide or the call is left to another process.
 */
enum change {
	CHANGE_ADDED =
		1 << 0, /* allowed (or made) now and not before; conditions count as allowed */
	CHANGE_REMOVED = 1 << 1, /* the reverse */
	CHANGE_WIDENED =
		1 << 2, /* some arguments let it go further than before: refused, left to */
	CHANGE_NARROWED = 1 << 3,  /* another process (TRACE, NOTIFY), run; or less far */
	CHANGE_ACTION = 1 << 4,    /* as far as before, but with another action or errno */
	CHANGE_UNDECIDED = 1 << 5, /* too intricate to decide; then none of the others */

	CHANGE_IN_PART = CHANGE_WIDENED | CHANGE_NARROWED | CHANGE_ACTION | CHANGE_UNDECIDED,
	/* NEW lets it go further, as far as is known. */
	CHANGE_FURTHER = CHANGE_ADDED | CHANGE_WIDENED | CHANGE_UNDECIDED,
	CHANGE_ANY = CHANGE_ADDED | CHANGE_REMOVED | CHANGE_IN_PART,
};

/* Calls are listed in groups: those added, those removed, and the others. */
enum diff_group {
	DIFF_ADDED,
	DIFF_REMOVED,
	DIFF_CHANGED,
	DIFF_GROUPS,
};

/* Decided exactly, over all values that the arguments can have. */
struct diff_call {
	unsigned int change; /* of enum change, never empty */
	int32_t nr;
	const char *name;        /* NULL: a number that has no name */
	const struct risk *risk; /* of one added, widened or undecided; NULL: none is known */
	/* Of one added: the removed ones on this ABI that serve the same purpose, by name. */
	const char **siblings; /* owned array of borrowed names */
	size_t n_siblings, cap_siblings;
	/* What each side says; NULL: nothing, so its fallback holds, if it has one on this ABI. */
	const struct ruling *ruling[DIFF_SIDES];
};

struct diff_abi {
	const struct abi *abi;
	bool present[DIFF_SIDES];
	struct diff_call *calls; /* owned; by group, then name, then number; may be empty */
	size_t n_calls, cap_calls;
};

enum diff_setting {
	DIFF_DEFAULT, /* default action or its errno */
	DIFF_FLAGS,
	DIFF_LISTENER_PATH,
	DIFF_LISTENER_METADATA,
	DIFF_SETTINGS,
};

enum diff_note_kind {
	DIFF_NOTE_GAP,         /* the recording may be incomplete */
	DIFF_NOTE_UNKNOWN,     /* the profile has names that no ABI has */
	DIFF_NOTE_NATIVE,      /* it lists no ABI: compared as this machine's */
	DIFF_NOTE_ALLOWS_REST, /* the profile allows by default, beside a recording */
	DIFF_NOTE_CONDITIONAL, /* it allows recorded calls only under conditions */
	DIFF_NOTE_ENOSYS,      /* calls that runc no longer answers with ENOSYS */
	DIFF_NOTE_MULTIPLEXED, /* conditions of changed calls do not hold through a multiplexer */
};

/* What the reader should know; does not make the sides differ. */
struct diff_note {
	enum diff_side side;
	enum diff_note_kind kind;
	const char *gap; /* the gap's kind, with DIFF_NOTE_GAP; else NULL */
	char *text;      /* owned; for people, not escaped for anything */
};

struct diff {
	struct policy *side[DIFF_SIDES]; /* owned */
	bool setting[DIFF_SETTINGS];     /* which differ */
	struct diff_abi *abis;           /* owned; every ABI of either side, in the table's order */
	size_t n_abis, cap_abis;
	struct diff_note *notes; /* owned; OLD's first */
	size_t n_notes, cap_notes;
};

/* NULL is fine. Returns NULL. */
struct diff *diff_free(struct diff *diff);

bool diff_is_recording(const struct diff *diff, enum diff_side side);
bool diff_of_profiles(const struct diff *diff); /* both sides are */
bool diff_is_mixed(const struct diff *diff);    /* a recording and a profile */

enum diff_group diff_group_of(const struct diff_call *call);

/* No difference; notes do not count. */
bool diff_is_empty(const struct diff *diff);

/* How many calls there are, over all ABIs, that changed in one of these ways. */
size_t diff_count(const struct diff *diff, unsigned int changes);

/* How many ABIs this side lacks. */
size_t diff_count_abis(const struct diff *diff, enum diff_side missing);

/* Is it known to be risky, or without a name so that nothing is known? And does it go further? */
bool diff_call_is_risky(const struct diff_call *call);
size_t diff_count_risky(const struct diff *diff);

/* Does NEW let a call go further, for some arguments, by its default, or on an ABI that came? */
bool diff_widens(const struct diff *diff);

/* And one that is risky; by default, or on an ABI that came, that can be any. */
bool diff_is_risky(const struct diff *diff);

#endif
