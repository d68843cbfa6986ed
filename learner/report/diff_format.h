/*
 * A diff as a document. The same diff gives the same bytes. `names` is what the two sides are
 * called. Everything that comes from files is escaped as the format needs it.
 */
#ifndef LEARNER_DIFF_FORMAT_H
#define LEARNER_DIFF_FORMAT_H

#include "diff.h"
#include "strbuf.h"

/*
 * For people: settings, then each ABI's calls as lines that start with + (added), - (removed) or
 * ~ (changed), what is to be known of them indented below, then notes and a summary. Nothing when there is no difference.
 */
void diff_write_text(const struct diff *diff, const char *const names[DIFF_SIDES],
		     struct strbuf *out);

/*
 * For programs: one object whose keys are stable and always all there.
 *
 *	same      true when nothing differs; notes do not count
 *	widened   true when NEW lets a call go further than OLD does, for some arguments
 *	risky     true when such a call is risky, or its risk not known
 *	old, new  {file, kind}: kind is "profile" or "recording"
 *	settings  [{setting, old, new}]: "default" ({action, errno}), "flags" (a list, null when
 *	          not given), "listenerPath" and "listenerMetadata" (text or null)
 *	abis      {added, removed}: lists of ABI names
 *	added, removed, changed
 *	          [{abi, nr, name, old, new, by, siblings, risk}], changed ones with "what" as well:
 *	          a list of "action" (or errno), "widened", "narrowed" and "undecided" (too
 *	          intricate to say). name: null for a number without one. old and new: what
 *	          the side decides, [{action, errno, args, default}]; null for a recording and for
 *	          an ABI that the side lacks. args as in OCI, all of one entry together; default:
 *	          the profile's default, which holds where no other entry does. by: who made the
 *	          call first, {exe, comm, pid, tid, t, at, result}, of a recording; else null.
 *	          siblings: of an added call the removed ones that serve the same purpose. risk: of
 *	          an added or widened call {level, what, capability, docker}, see risk.h; else null
 *	notes     [{side, kind, gap, text}]: kind is "gap" (then gap is its name, else null),
 *	          "unknown-names", "native-abi", "allows-by-default" or "conditional"
 */
void diff_write_json(const struct diff *diff, const char *const names[DIFF_SIDES],
		     struct strbuf *out);

/* For a pull request comment: a summary, a table, the notes; one line without a difference. */
void diff_write_markdown(const struct diff *diff, const char *const names[DIFF_SIDES],
			 struct strbuf *out);

/* ---- Words that the formats share (diff_words.c); none of them is escaped --------------------- */

/* "added", "removed", "changed"; and the changes of the group's calls, a set of enum change. */
const char *diff_group_name(enum diff_group group);
unsigned int diff_group_changes(enum diff_group group);

/* The same words, but a changed call is "widened", "narrowed" or both where that is known. */
const char *diff_call_word(const struct diff_call *call);

/* "clone, fork"; false, adding nothing, when there are none. */
bool diff_add_siblings(const struct diff_call *call, struct strbuf *out);

/*
 * "loads a module into the kernel; needs CAP_SYS_MODULE; Docker ..."; where it has been said of an
 * earlier ABI, "as on x86_64".
 */
void diff_add_risk(const struct diff *diff, const struct diff_abi *abi, const struct risk *risk,
		   struct strbuf *out);

/* "default", "flags", "listener path", "listener metadata". */
const char *diff_setting_name(enum diff_setting setting);

/* The value of a setting on one side, for people. */
void diff_add_setting(const struct diff *diff, enum diff_setting setting, enum diff_side side,
		      struct strbuf *out);

/* The call's name, or "number 999". */
void diff_add_call_name(const struct diff_call *call, struct strbuf *out);

/* "ALLOW if arg0 == 1 and arg1 <= 3; ERRNO EPERM if ..." */
void diff_add_ruling(const struct ruling *ruling, struct strbuf *out);

/*
 * What `side` decides about the call, for people: its ruling, or its default. False, adding
 * nothing, where that goes without saying: a recording's side, an ABI that is not there, and for a
 * call that came or went plain ALLOW and the default.
 */
bool diff_add_decision(const struct diff *diff, const struct diff_abi *abi,
		       const struct diff_call *call, enum diff_side side, struct strbuf *out);

/* Who made the call first: NEW's for one that was added, OLD's for one removed; may be NULL. */
const struct provenance *diff_call_by(const struct diff_call *call);

/* Where nobody is named: the run of that recording to which the call was known; may be NULL. */
const struct source *diff_call_known(const struct diff_call *call);

/* "2 calls added, 1 changed (1 widened); 1 risky; ABI x86 added; default changed". */
void diff_add_summary(const struct diff *diff, struct strbuf *out);

#endif
