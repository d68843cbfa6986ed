#include "recording_reader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

#define WARNINGS_MAX 20

int reader_refuse(struct reader *r, char *what)
{
	cleanup_free char *owned = what;

	return err_set(r->err, EINVAL, "%s:%zu: %s", r->name, r->line, owned);
}

/* Whoever reads the first warnings does not need a million of them. */
void reader_warn(struct reader *r, const char *what)
{
	if (++r->warned > WARNINGS_MAX)
		return;
	recording_warn(r->recording, xasprintf("%s:%zu: %s", r->name, r->line, what));
}

void reader_warn_of_the_rest(struct reader *r)
{
	if (r->warned > WARNINGS_MAX)
		recording_warn(r->recording, xasprintf("%s: skipped: %zu more lines", r->name,
						       r->warned - WARNINGS_MAX));
}

int reader_text(struct reader *r, json_object *line, const char *key, char **text)
{
	json_object *value = json_object_object_get(line, key);

	if (value == NULL)
		return 0;
	if (!json_object_is_type(value, json_type_string))
		return BAD(r, "\"%s\": expected a string", key);
	const char *s = json_object_get_string(value);
	if (strlen(s) != (size_t)json_object_get_string_len(value))
		return BAD(r, "\"%s\": a NUL character in a string", key);
	free(*text);
	*text = xstrdup(s);
	return 0;
}

/* json-c cuts larger numbers to the ends of int64_t, which are outside of the limits. */
int reader_number(struct reader *r, json_object *line, const char *key, int64_t min, int64_t max,
		  int64_t *number, bool *found)
{
	json_object *value = json_object_object_get(line, key);

	*found = value != NULL;
	if (value == NULL)
		return 0;
	int64_t n = json_object_get_int64(value);
	if (!json_object_is_type(value, json_type_int) || n < min || n > max)
		return BAD(r, "\"%s\": expected a number from %lld to %lld", key, (long long)min,
			   (long long)max);
	*number = n;
	return 0;
}

int reader_seconds(struct reader *r, json_object *line, double *t)
{
	json_object *value = json_object_object_get(line, "t");

	if (!json_object_is_type(value, json_type_double) &&
	    !json_object_is_type(value, json_type_int))
		return BAD(r, "\"t\": expected the seconds since the start");
	double seconds = json_object_get_double(value);
	if (!isfinite(seconds) || seconds < 0)
		return BAD(r, "\"t\": expected seconds that are not negative");
	/* Turns -0 into 0. */
	*t = seconds + 0.0;
	if (*t > r->last_t)
		r->last_t = *t;
	return 0;
}

int reader_command(struct reader *r, json_object *line, struct source *source)
{
	json_object *words = json_object_object_get(line, "command");

	if (words == NULL)
		return 0;
	if (!json_object_is_type(words, json_type_array))
		return BAD(r, "\"command\": expected an array of strings");
	size_t n = json_object_array_length(words);
	free(source->command);
	source->command = xcalloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++) {
		json_object *word = json_object_array_get_idx(words, i);
		if (!json_object_is_type(word, json_type_string))
			return BAD(r, "\"command\": expected an array of strings");
		const char *s = json_object_get_string(word);
		if (strlen(s) != (size_t)json_object_get_string_len(word))
			return BAD(r, "\"command\": a NUL character in a string");
		source->command[i] = xstrdup(s);
	}
	return 0;
}
