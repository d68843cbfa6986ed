/*
 * The documents that diff writes, compared with the files tests/golden/diff-*. With
 * UPDATE_GOLDEN=1 in the environment the files are written instead. Runs in the repository's root.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "diff_compare.h"
#include "diff_format.h"
#include "file.h"
#include "load.h"
#include "scratch.h"

#define GOLDEN "tests/golden/diff-"
#define GOLDEN_MAX (1U << 20)

struct sides {
	struct loaded file[DIFF_SIDES];
	const char *name[DIFF_SIDES];
	struct diff *diff;
};

static struct policy *load(const char *name, struct loaded *file)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	struct err err = {0};

	strbuf_addf(&path, GOLDEN "in-%s", name);
	if (load_file(path.s, file, &err) < 0)
		fail_msg("%s", err_text(&err));
	return file->recording != NULL ? policy_of_recording(file->recording)
				       : policy_of_profile(file->profile);
}

static void sides_load(struct sides *sides, const char *old_name, const char *new_name)
{
	sides->name[DIFF_OLD] = old_name;
	sides->name[DIFF_NEW] = new_name;
	struct policy *was = load(old_name, &sides->file[DIFF_OLD]);
	sides->diff = diff_new(was, load(new_name, &sides->file[DIFF_NEW]));
}

static void sides_done(struct sides *sides)
{
	sides->diff = diff_free(sides->diff);
	for (int s = 0; s < DIFF_SIDES; s++)
		loaded_release(&sides->file[s]);
}

static void check_golden(const char *name, const struct strbuf *text)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	cleanup_strbuf struct strbuf expected = STRBUF_INIT;
	const char *update = getenv("UPDATE_GOLDEN");
	struct err err = {0};

	strbuf_addf(&path, GOLDEN "%s", name);
	if (update != NULL && strcmp(update, "1") == 0 &&
	    file_replace(path.s, text->s, text->len, &err) < 0)
		fail_msg("%s", err_text(&err));
	if (file_read(path.s, GOLDEN_MAX, &expected, &err) < 0)
		fail_msg("%s", err_text(&err));
	assert_string_equal(text->s, expected.s);
}

static void check(const struct sides *sides, const char *golden)
{
	static const struct {
		const char *suffix;
		void (*write)(const struct diff *diff, const char *const names[DIFF_SIDES],
			      struct strbuf *out);
	} formats[] = {
		{"txt", diff_write_text},
		{"json", diff_write_json},
		{"md", diff_write_markdown},
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		cleanup_strbuf struct strbuf name = STRBUF_INIT;
		cleanup_strbuf struct strbuf out = STRBUF_INIT;

		formats[i].write(sides->diff, sides->name, &out);
		strbuf_addf(&name, "%s.%s", golden, formats[i].suffix);
		check_golden(name.s, &out);
	}
}

static void check_files(const char *old_name, const char *new_name, const char *golden)
{
	struct sides sides = {0};

	sides_load(&sides, old_name, new_name);
	check(&sides, golden);
	sides_done(&sides);
}

static void two_profiles(void **state)
{
	(void)state;
	check_files("old.json", "new.yaml", "profiles");
}

static void two_recordings(void **state)
{
	(void)state;
	check_files("old.rec", "new.rec", "recordings");
}

static void recording_and_profile(void **state)
{
	(void)state;
	check_files("new.rec", "new.yaml", "mixed");
}

/* The text is empty then, notes or not. */
static void the_same(void **state)
{
	(void)state;
	check_files("old.json", "old.json", "same");
}

/* Names that would break out of the document that quotes them. */
static void hostile_file_names(void **state)
{
	struct sides sides = {0};

	(void)state;
	sides_load(&sides, "old.rec", "old.json");
	sides.name[DIFF_OLD] = "a`|\n\033[2J\xff\"\\";
	sides.name[DIFF_NEW] = "\xe2\x80\xae"
			       "cba";
	check(&sides, "hostile");
	sides_done(&sides);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_profiles),          cmocka_unit_test(two_recordings),
		cmocka_unit_test(recording_and_profile), cmocka_unit_test(the_same),
		cmocka_unit_test(hostile_file_names),
	};

	return cmocka_run_group_tests_name("diff formats", tests, NULL, NULL);
}
