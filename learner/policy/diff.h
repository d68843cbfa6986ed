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

enum diff_kind {
	DIFF_ADDED,   /* allowed (or made) now and not before; conditions count as allowed */
	DIFF_REMOVED, /* the reverse */
	DIFF_CHANGED, /* neither or, left to another process, in part both: arguments decide */
	DIFF_KINDS,
};

/* Decided exactly, over all values that the arguments can have. */
struct diff_call {
	enum diff_kind kind;
	/* With DIFF_CHANGED, at least one of: */
	bool widened;        /* some arguments let it go further than before: refused, left to */
	bool narrowed;       /* another process (TRACE, NOTIFY), run; or less far */
	bool action_changed; /* as far as before, but with another action or errno */
	bool undecided;      /* too intricate to decide; then none of the others */
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
	struct diff_call *calls; /* owned; by kind, then name, then number; may be empty */
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
	size_t count[DIFF_KINDS];         /* of calls, over all ABIs */
	size_t n_widened, n_narrowed;     /* of those changed; may be the same ones */
	size_t n_risky;                   /* of those added, widened or undecided */
	size_t n_abis_added, n_abis_gone; /* ABIs that came and went */
	bool widened; /* NEW lets a call go further, for some arguments; also by its default */
	bool risky;   /* and one that is risky, or of unknown risk: without a name, or any */
};

/* Takes both policies over. What they borrow must outlive the diff. Free with diff_free(). */
struct diff *diff_new(struct policy *old_side, struct policy *new_side);

/* NULL is fine. Returns NULL. */
struct diff *diff_free(struct diff *diff);

/* No difference; notes do not count. */
bool diff_is_empty(const struct diff *diff);

#endif
