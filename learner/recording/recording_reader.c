#include "recording_reader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "syscalls.h"

#define WARNINGS_MAX 20

size_t reader_source(const struct reader *r)
{
	return (size_t)(r->source - r->recording->sources);
}

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

int reader_words(struct reader *r, json_object *line, const char *key, char ***words)
{
	json_object *list = json_object_object_get(line, key);

	if (list == NULL)
		return 0;
	if (!json_object_is_type(list, json_type_array))
		return BAD(r, "\"%s\": expected an array of strings", key);
	size_t n = json_object_array_length(list);
	for (char **word = *words; word != NULL && *word != NULL; word++)
		free(*word);
	free(*words);
	*words = xcalloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++) {
		json_object *word = json_object_array_get_idx(list, i);
		if (!json_object_is_type(word, json_type_string))
			return BAD(r, "\"%s\": expected an array of strings", key);
		const char *s = json_object_get_string(word);
		if (strlen(s) != (size_t)json_object_get_string_len(word))
			return BAD(r, "\"%s\": a NUL character in a string", key);
		(*words)[i] = xstrdup(s);
	}
	return 0;
}

static bool plausible_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len > 0 && len < SYSCALL_NAME_MAX && name[len] == '\0' &&
	       (*name < '0' || *name > '9');
}

static int settle_name(struct reader *r, const struct abi *abi, int32_t nr, char **name)
{
	char known[SYSCALL_NAME_MAX];
	bool has_name = syscalls_name(abi, nr, known);
	int32_t other;

	if (*name != NULL && !plausible_name(*name))
		return BAD(r, "\"name\": expected the name of a system call");
	if (*name != NULL && has_name && strcmp(*name, known) == 0)
		return 0;
	if (*name != NULL && syscalls_number(abi, *name, &other) && other != nr)
		return BAD(r, "number %d is %s on %s, but the line calls it %s", nr,
			   has_name ? known : "unknown", abi->name, *name);
	if (has_name) {
		free(*name);
		*name = xstrdup(known);
	}
	return 0;
}

const struct abi *reader_abi(struct reader *r, json_object *line)
{
	cleanup_free char *name = NULL;

	if (reader_text(r, line, "abi", &name) < 0)
		return NULL;
	const struct abi *abi = name != NULL ? abi_by_name(name) : NULL;
	if (name == NULL)
		(void)BAD(r, "\"abi\": expected the name of an ABI");
	else if (abi == NULL)
		(void)BAD(r, "unknown ABI \"%s\"", name);
	return abi;
}

int reader_call(struct reader *r, json_object *line, const struct abi *abi, int32_t *nr,
		char **name)
{
	int64_t number = 0;
	bool found = false;
	int ret = reader_number(r, line, "nr", INT32_MIN, INT32_MAX, &number, &found);

	if (ret == 0 && !found)
		ret = BAD(r, "\"nr\": expected the number of a system call");
	if (ret == 0)
		ret = reader_text(r, line, "name", name);
	*nr = (int32_t)number;
	return ret == 0 ? settle_name(r, abi, *nr, name) : ret;
}

int reader_gap(struct reader *r, json_object *line, struct recorded_gap *gap)
{
	cleanup_free char *kind = NULL, *detail = NULL;
	int ret = reader_text(r, line, "gap", &kind);

	if (ret == 0)
		ret = reader_text(r, line, "detail", &detail);
	if (ret < 0)
		return ret;
	if (kind == NULL || *kind == '\0')
		return BAD(r, "\"gap\": expected the kind of the gap");
	gap->kind = TAKE_PTR(kind);
	gap->detail = detail != NULL ? TAKE_PTR(detail) : xstrdup("");
	return 0;
}
