/* Profiles and recordings to compare, and what came out of it, as words. */
#ifndef TESTS_UNIT_DIFFS_H
#define TESTS_UNIT_DIFFS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "alloc.h"
#include "cleanup.h"
#include "diff_compare.h"

static const struct verdict allow = {.action = ACTION_ALLOW};
static const struct verdict kill_it = {.action = ACTION_KILL_PROCESS};
static const struct verdict eperm = {ACTION_ERRNO, true, EPERM};
static const struct verdict enosys = {ACTION_ERRNO, true, ENOSYS};

/* A profile on some ABIs ("x86_64 x86") that allows some calls ("read write"). */
struct profile *make_profile(struct verdict fallback, const char *abis, const char *calls);

void add_rule(struct profile *profile, const char *name, struct verdict verdict);

/* A rule with one condition, on the first argument. */
void add_if(struct profile *profile, const char *name, struct verdict verdict, enum compare op,
	    uint64_t value, uint64_t value_two);

#define CALLS_MAX 8

struct test_recording {
	struct recording r;
	struct learnt calls[CALLS_MAX];
	struct provenance by[CALLS_MAX][2];
	struct recorded_gap gaps[1];
	char names[CALLS_MAX][64];
};

/* Of words "x86_64:read", or "x86_64:999" for a number without a name. Free with free(). */
struct test_recording *make_recording(const char *calls);

/* One at most. */
void add_gap(struct test_recording *t, const char *kind, const char *detail);

/*
 * The settings that changed; the ABIs, with + or - when they came or went; their calls, changed
 * ones with a (action), > (widened), < (narrowed), ? (undecided): "default [x86_64] +clone3 -fork
 * ~clone:<".
 */
char *describe(const struct diff *diff);

/* Each note's side and kind. */
char *describe_notes(const struct diff *diff);

#define expect(diff, differences, expected_notes)                      \
	do {                                                           \
		cleanup_free char *found = describe(diff);             \
		cleanup_free char *found_notes = describe_notes(diff); \
		assert_string_equal(found, differences);               \
		assert_string_equal(found_notes, expected_notes);      \
	} while (0)

/* Compares two profiles, both ways of giving them being the same; frees them. */
#define expect_profiles(a, b, differences, notes)                                                \
	do {                                                                                     \
		struct profile *old_ = (a), *new_ = (b);                                         \
		profile_sort(old_);                                                              \
		profile_sort(new_);                                                              \
		struct diff *diff_ = diff_new(policy_of_profile(old_), policy_of_profile(new_)); \
		expect(diff_, differences, notes);                                               \
		(void)diff_free(diff_);                                                          \
		(void)profile_free(old_);                                                        \
		(void)profile_free(new_);                                                        \
	} while (0)

#define expect_recordings(a, b, differences, notes)                                             \
	do {                                                                                    \
		struct test_recording *old_ = (a), *new_ = (b);                                 \
		struct diff *diff_ =                                                            \
			diff_new(policy_of_recording(&old_->r), policy_of_recording(&new_->r)); \
		expect(diff_, differences, notes);                                              \
		(void)diff_free(diff_);                                                         \
		free(old_);                                                                     \
		free(new_);                                                                     \
	} while (0)

/* A recording beside a profile, in both directions. */
#define expect_mixed(rec, prof, forward, forward_notes, backward, backward_notes)          \
	do {                                                                               \
		struct test_recording *rec_ = (rec);                                       \
		struct profile *prof_ = (prof);                                            \
		profile_sort(prof_);                                                       \
		struct diff *diff_ =                                                       \
			diff_new(policy_of_recording(&rec_->r), policy_of_profile(prof_)); \
		expect(diff_, forward, forward_notes);                                     \
		(void)diff_free(diff_);                                                    \
		diff_ = diff_new(policy_of_profile(prof_), policy_of_recording(&rec_->r)); \
		expect(diff_, backward, backward_notes);                                   \
		(void)diff_free(diff_);                                                    \
		free(rec_);                                                                \
		(void)profile_free(prof_);                                                 \
	} while (0)

#endif
