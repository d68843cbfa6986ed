/* Reads what a run built on: the calls that were known before it, and the files that hold them. */
#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "recording_reader.h"

/* Frees the list, and the words that are left in it. */
static void free_words(char ***words)
{
	for (char **word = *words; word != NULL && *word != NULL; word++)
		free(*word);
	free(*words);
}

static int read_from(struct reader *r, json_object *known)
{
	char **files CLEANUP(free_words) = NULL;
	int ret = reader_words(r, known, "from", &files);

	for (char **file = files; ret == 0 && file != NULL && *file != NULL; file++)
		recording_add_known_from(r->source, TAKE_PTR(*file));
	return ret;
}

static int read_gap(struct reader *r, json_object *gap)
{
	struct recorded_gap read = {.source = reader_source(r), .known = true};
	int ret = 0;

	if (!json_object_is_type(gap, json_type_object))
		return BAD(r, "\"gaps\": expected an array of objects");
	ret = reader_gap(r, gap, &read);
	if (ret == 0)
		recording_add_gap(r->recording, read);
	return ret;
}

static int read_gaps(struct reader *r, json_object *known)
{
	json_object *gaps = json_object_object_get(known, "gaps");
	int ret = 0;

	if (gaps == NULL)
		return 0;
	if (!json_object_is_type(gaps, json_type_array))
		return BAD(r, "\"gaps\": expected an array of objects");
	size_t n = json_object_array_length(gaps);
	for (size_t i = 0; ret == 0 && i < n; i++)
		ret = read_gap(r, json_object_array_get_idx(gaps, i));
	return ret;
}

static int read_call(struct reader *r, const struct abi *abi, json_object *call)
{
	cleanup_free char *name = NULL;
	int32_t nr;

	if (!json_object_is_type(call, json_type_object))
		return BAD(r, "\"%s\": expected an array of objects", abi->name);
	int ret = reader_call(r, call, abi, &nr, &name);
	if (ret == 0)
		recording_add_known(r->recording, abi, nr, TAKE_PTR(name), reader_source(r));
	return ret;
}

static int read_calls_of(struct reader *r, const char *name, json_object *list)
{
	const struct abi *abi = abi_by_name(name);
	int ret = 0;

	if (list == NULL)
		return 0;
	if (abi == NULL)
		return BAD(r, "unknown ABI \"%s\"", name);
	if (!json_object_is_type(list, json_type_array))
		return BAD(r, "\"%s\": expected an array of objects", name);
	size_t n = json_object_array_length(list);
	for (size_t i = 0; ret == 0 && i < n; i++)
		ret = read_call(r, abi, json_object_array_get_idx(list, i));
	return ret;
}

int reader_known(struct reader *r, json_object *line)
{
	json_object *known = json_object_object_get(line, "known");

	if (!json_object_is_type(known, json_type_object))
		return BAD(r, "\"known\": expected an object");
	int ret = read_from(r, known);
	if (ret == 0)
		ret = read_gaps(r, known);
	json_object *calls = json_object_object_get(known, "calls");
	if (ret < 0 || calls == NULL)
		return ret;
	if (!json_object_is_type(calls, json_type_object))
		return BAD(r, "\"calls\": expected an object");
	json_object_object_foreach(calls, abi, list)
	{
		ret = read_calls_of(r, abi, list);
		if (ret < 0)
			return ret;
	}
	return 0;
}
