/*
 * Recordings: what was read and written again is the same, with itself as well, and a profile can be
 * made of it.
 */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "compose.h"
#include "fuzz.h"
#include "recording.h"
#include "strbuf.h"

static struct recording *parse(const char *text, size_t len)
{
	struct recording *recording = NULL;
	struct err err = {0};
	int r = recording_parse("f", text, len, &recording, &err);

	if (r == 0)
		return recording;
	fuzz_expect_error(r, &err);
	return NULL;
}

static void compose_from(const struct recording *recording)
{
	const struct layers none = {0};
	const struct compose_target target = {0};
	struct profile *profile = NULL;
	struct notes notes = {0};
	struct err err = {0};
	int r = compose(recording, &none, &target, &profile, &notes, &err);

	if (r < 0)
		fuzz_expect_error(r, &err);
	else
		fuzz_require(profile->n_abis > 0);
	notes_release(&notes);
	(void)profile_free(profile);
}

void fuzz_one(const uint8_t *data, size_t size)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, first = STRBUF_INIT, second = STRBUF_INIT;

	strbuf_add(&text, data, size);
	(void)recording_is(text.s, text.len);
	struct recording *recording = parse(text.s, text.len);
	if (recording == NULL)
		return;
	compose_from(recording);
	recording_write(recording, &first);
	struct recording *again = parse(first.s, first.len);
	fuzz_require(again != NULL);
	recording_merge(recording, again);
	recording_write(recording, &second);
	fuzz_require(first.len == second.len && memcmp(first.s, second.s, first.len) == 0);
	(void)recording_free(recording);
}
