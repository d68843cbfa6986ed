#include "tree.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "folded.h"
#include "tree_parts.h"

static void free_lines(struct json_object *container, void *data)
{
	struct lines *lines = data;

	(void)container;
	free(lines->of);
	free(lines);
}

/* The lines of the i-th member, which may be the next. */
static struct member_lines *lines_at(struct json_object *container, size_t i)
{
	struct lines *lines = json_object_get_userdata(container);

	if (lines == NULL) {
		lines = xcalloc(1, sizeof(*lines));
		json_object_set_userdata(container, lines, free_lines);
	}
	if (i == lines->n) {
		xgrow(&lines->of, lines->n, &lines->cap, sizeof(*lines->of));
		lines->of[lines->n++] = (struct member_lines){0};
	}
	return &lines->of[i];
}

static size_t index_of(struct json_object *object, const char *key)
{
	size_t i = 0;

	json_object_object_foreach(object, candidate, value)
	{
		(void)value;
		if (strcmp(candidate, key) == 0)
			break;
		i++;
	}
	return i;
}

int tree_note_member(struct json_object *object, const char *key, enum member member,
		     size_t key_line, size_t line, size_t *searched)
{
	size_t n = (size_t)json_object_object_length(object);

	if (member != MEMBER_NEW && (*searched += n) > TREE_SEARCHED_MAX)
		return -E2BIG;
	struct member_lines *lines =
		lines_at(object, member == MEMBER_NEW ? n : index_of(object, key));
	lines->earlier = member == MEMBER_AGAIN ? lines->key : 0;
	lines->hash = folded_hash(key);
	lines->key = key_line;
	lines->value = line;
	return 0;
}

/* What Go reads a later value into: the fields of its types that are objects or lists. */
static bool is_read_into(const char *key)
{
	static const char *const keys[] = {
		"linux",  "seccomp",       "syscalls",         "names",    "args",     "archMap",
		"flags",  "architectures", "subArchitectures", "includes", "excludes", "caps",
		"arches",
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (folded_same(keys[i], key))
			return true;
	return false;
}

struct json_object *tree_same_member(struct json_object *object, const char *key, size_t *searched)
{
	const struct lines *lines = json_object_get_userdata(object);
	struct json_object *last = NULL;
	size_t i = 0;

	if (lines == NULL || !is_read_into(key) || *searched > TREE_SEARCHED_MAX)
		return NULL;
	*searched += lines->n;
	const uint64_t hash = folded_hash(key);
	json_object_object_foreach(object, candidate, value)
	{
		if (lines->of[i++].hash == hash && folded_same(candidate, key))
			last = value;
	}
	return json_object_is_type(last, json_type_object) ||
			       json_object_is_type(last, json_type_array)
		       ? last
		       : NULL;
}

void tree_note_item(struct json_object *array, size_t i, size_t line)
{
	struct member_lines *lines = lines_at(array, i);

	lines->key = lines->value = line;
}

void tree_note_odd(struct noted *noted, size_t line)
{
	noted->line = noted->n == 0 ? line : noted->line;
	noted->n++;
}

void tree_done(struct tree *tree)
{
	json_object_put(tree->root);
	tree->root = NULL;
}

struct node tree_root(const struct tree *tree)
{
	return (struct node){.tree = tree,
			     .value = tree->root,
			     .line = tree->root_line,
			     .key_line = tree->root_line};
}

struct node tree_member_at(const struct node *container, size_t i, const char *label,
			   struct json_object *value)
{
	const struct lines *lines = json_object_get_userdata(container->value);

	return (struct node){.tree = container->tree,
			     .value = value,
			     .label = label,
			     .line = lines->of[i].value,
			     .key_line = lines->of[i].key,
			     .earlier_line = lines->of[i].earlier};
}

bool tree_fits(const struct tree *tree, const char *candidate, const char *key)
{
	bool any_case = tree->keys != NULL && tree->keys->any_case;

	return any_case ? folded_same(candidate, key) : strcmp(candidate, key) == 0;
}

/* The last member whose key fits, in any letter case or exactly: its number, or -1. */
static ssize_t find_last(const struct node *object, uint64_t hash, size_t *matches)
{
	const struct lines *lines = json_object_get_userdata(object->value);
	ssize_t last = -1;

	*matches = 0;
	for (size_t i = 0; lines != NULL && i < lines->n; i++) {
		if (lines->of[i].hash != hash)
			continue;
		last = (ssize_t)i;
		++*matches;
	}
	return last;
}

bool node_get(const struct node *object, const char *key, struct node *member)
{
	struct json_object *exact = NULL;
	struct node found = {0};
	size_t matches, i = 0;
	ssize_t last = find_last(object, folded_hash(key), &matches);

	if (last < 0)
		return false;
	if (matches == 1 && json_object_object_get_ex(object->value, key, &exact)) {
		found = tree_member_at(object, (size_t)last, key, exact);
	} else {
		json_object_object_foreach(object->value, candidate, value)
		{
			if (tree_fits(object->tree, candidate, key))
				found = tree_member_at(object, i, candidate, value);
			i++;
		}
	}
	if (found.value == NULL)
		return false;
	*member = found;
	return true;
}

bool node_get_array(const struct node *object, const char *key, struct node *array)
{
	return node_get(object, key, array) && json_object_is_type(array->value, json_type_array);
}

bool node_has(const struct node *object, const char *key)
{
	size_t matches;

	return find_last(object, folded_hash(key), &matches) >= 0;
}

size_t node_length(const struct node *array)
{
	return json_object_array_length(array->value);
}

struct node node_item(const struct node *array, size_t i)
{
	return tree_member_at(array, i, array->label, json_object_array_get_idx(array->value, i));
}

int tree_too_many(const char *name, size_t line, struct err *err)
{
	return err_set(err, EINVAL, "%s:%zu: too many duplicate keys", name, line);
}

int tree_too_deep(const char *name, size_t line, struct err *err)
{
	return err_set(err, EINVAL, "%s:%zu: nested deeper than %d levels", name, line,
		       TREE_DEPTH_MAX);
}
