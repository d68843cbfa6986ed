#include "tree.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "nearest.h"
#include "strbuf.h"
#include "text.h"

/* What a container has as its user data. */
struct lines {
	struct member_lines {
		size_t key, value;
		size_t earlier; /* where the key stood before, or 0 */
		uint64_t hash;  /* of the key in any letter case: an object may have a million */
	} * of;
	size_t n, cap;
};

static void free_lines(struct json_object *container, void *data)
{
	struct lines *lines = data;

	(void)container;
	free(lines->of);
	free(lines);
}

/*
 * Go's encoding/json: the letter case does not matter, and two characters outside of ASCII, the
 * Kelvin sign and the long s, are cases of k and s.
 */
static char folded(const char **text)
{
	static const char kelvin[] = "\xe2\x84\xaa", long_s[] = "\xc5\xbf";

	if (strncmp(*text, kelvin, 3) == 0) {
		*text += 3;
		return 'k';
	}
	if (strncmp(*text, long_s, 2) == 0) {
		*text += 2;
		return 's';
	}
	return (char)tolower((unsigned char)*(*text)++);
}

static bool same_folded(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0')
		if (folded(&a) != folded(&b))
			return false;
	return *a == *b;
}

/* FNV-1a. */
static uint64_t folded_hash(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	while (*text != '\0')
		hash = (hash ^ (unsigned char)folded(&text)) * 0x100000001b3;
	return hash;
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
		if (same_folded(keys[i], key))
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
		if (lines->of[i++].hash == hash && same_folded(candidate, key))
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

static struct node member_at(const struct node *container, size_t i, const char *label,
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

static bool fits(const struct tree *tree, const char *candidate, const char *key)
{
	bool any_case = tree->keys != NULL && tree->keys->any_case;

	return any_case ? same_folded(candidate, key) : strcmp(candidate, key) == 0;
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
		found = member_at(object, (size_t)last, key, exact);
	} else {
		json_object_object_foreach(object->value, candidate, value)
		{
			if (fits(object->tree, candidate, key))
				found = member_at(object, i, candidate, value);
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
	return member_at(array, i, array->label, json_object_array_get_idx(array->value, i));
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

static void add_value(struct strbuf *sb, struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		strbuf_adds(sb, "an object");
		break;
	case json_type_array:
		strbuf_adds(sb, "an array");
		break;
	case json_type_string:
		strbuf_add_quoted(sb, json_object_get_string(value));
		break;
	default:
		json_add(sb, value);
	}
}

/* "NAME:LINE: KEY: " */
static void add_place(struct strbuf *sb, const struct node *node)
{
	strbuf_addf(sb, "%s:%zu: ", node->tree->name, node->line);
	if (node->label != NULL) {
		strbuf_add_printable(sb, node->label);
		strbuf_adds(sb, ": ");
	}
}

/* "NAME:LINE: KEY: expected WHAT, got ...", which advice can follow. */
static void add_unexpected(struct strbuf *message, const struct node *node, const char *what)
{
	add_place(message, node);
	strbuf_addf(message, "expected %s, got ", what);
	add_value(message, node->value);
}

int node_expected(const struct node *node, struct err *err, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf what = STRBUF_INIT, message = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&what, fmt, ap);
	va_end(ap);
	add_unexpected(&message, node, what.s);
	return err_set(err, EINVAL, "%s", message.s);
}

int node_expected_meant(const struct node *node, struct err *err, const char *what,
			const char *meant)
{
	cleanup_strbuf struct strbuf message = STRBUF_INIT;

	add_unexpected(&message, node, what);
	return err_set(err, EINVAL, "%s, did you mean \"%s\"?", message.s, meant);
}

int node_expected_word(const struct node *node, struct err *err, const char *what,
		       const char *const *words, size_t n)
{
	const char *meant = nearest(json_object_get_string(node->value), words, n);
	cleanup_strbuf struct strbuf message = STRBUF_INIT;

	if (meant != NULL)
		return node_expected_meant(node, err, what, meant);
	add_unexpected(&message, node, what);
	strbuf_adds(&message, "; known:");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&message, "%s %s", i > 0 ? "," : "", words[i]);
	return err_set(err, EINVAL, "%s", message.s);
}

int node_object(const struct node *node, struct err *err)
{
	if (!json_object_is_type(node->value, json_type_object))
		return node_expected(node, err, "an object");
	return 0;
}

int node_array(const struct node *node, struct err *err)
{
	if (!json_object_is_type(node->value, json_type_array))
		return node_expected(node, err, "an array");
	return 0;
}

int node_string(const struct node *node, struct err *err)
{
	if (!json_object_is_type(node->value, json_type_string))
		return node_expected(node, err, "a string");
	return 0;
}

int node_text(const struct node *node, const char **text, struct err *err)
{
	int r = node_string(node, err);

	if (r < 0)
		return r;
	*text = json_object_get_string(node->value);
	if (strlen(*text) != (size_t)json_object_get_string_len(node->value))
		return node_expected(node, err, "a string without a NUL");
	return 0;
}

bool node_null_text(const struct node *item)
{
	if (item->value != NULL || item->tree->keys == NULL || !item->tree->keys->null_texts)
		return false;
	warnings_add(item->tree->warnings, WARNING_NULL, item->line,
		     "null in \"%s\" counts as \"\"", item->label);
	return true;
}

/* crun has strtoull() read it, which takes what is below 0 modulo 2^64. */
static bool is_negative(const struct node *node, uint64_t *value)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	char *end;

	if (!json_object_is_type(node->value, json_type_int) &&
	    !json_object_is_type(node->value, json_type_double))
		return false;
	json_add(&text, node->value);
	errno = 0;
	*value = strtoull(text.s, &end, 10);
	return text.s[0] == '-' && *end == '\0' && errno == 0;
}

int node_number(const struct node *node, uint64_t max, uint64_t *value, struct err *err)
{
	/* Where less than 64 bits fit, crun refuses nearly all of these, too. */
	if (is_negative(node, value) && (*value == 0 || max == UINT64_MAX)) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		json_add(&text, node->value);
		warnings_add(node->tree->warnings, WARNING_SYNTAX, node->line,
			     "%s is %" PRIu64 " to crun; runc, Docker and Podman refuse it", text.s,
			     *value);
		return 0;
	}
	bool fits = json_object_is_type(node->value, json_type_int) &&
		    json_object_get_int64(node->value) >= 0 &&
		    json_object_get_uint64(node->value) <= max;

	if (!fits)
		return node_expected(node, err, "a whole number from 0 to %" PRIu64, max);
	*value = json_object_get_uint64(node->value);
	return 0;
}

int node_require(const struct node *object, const char *key, struct node *member, struct err *err)
{
	if (node_get(object, key, member))
		return 0;
	return err_set(err, EINVAL, "%s:%zu: expected the key \"%s\", which is missing",
		       object->tree->name, object->line, key);
}

static const char *known_key(const struct node *object, const char *key, const char *const *known,
			     size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fits(object->tree, key, known[i]))
			return known[i];
	return NULL;
}

static void warn_unknown_key(const struct node *member, const char *key, const char *const *known,
			     size_t n)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;
	struct warnings *warnings = member->tree->warnings;

	if (!warnings_wanted(warnings, WARNING_UNKNOWN_KEY)) {
		warnings_count(warnings, WARNING_UNKNOWN_KEY);
		return;
	}
	const char *meant = nearest(key, known, n);
	strbuf_add_quoted(&shown, key);
	warnings_add(warnings, WARNING_UNKNOWN_KEY, member->key_line, "unknown key %s, %s%s%s%s",
		     shown.s, member->tree->keys->unknown, meant != NULL ? "; did you mean \"" : "",
		     meant != NULL ? meant : "", meant != NULL ? "\"?" : "");
}

static bool is_usual_null(const struct key_rules *rules, const char *key)
{
	for (const char *const *usual = rules->usual_nulls; usual != NULL && *usual != NULL;
	     usual++)
		if (strcmp(*usual, key) == 0)
			return true;
	return false;
}

/* The key is another spelling of one that is known: is that there, too, in whatever spelling? */
static void warn_key_case(const struct node *object, const struct node *member, const char *meant)
{
	struct warnings *warnings = object->tree->warnings;
	const struct lines *lines = json_object_get_userdata(object->value);
	const uint64_t hash = folded_hash(meant);
	size_t other = 0, i = 0;

	warnings_add(
		warnings, WARNING_KEY_CASE, member->key_line,
		"\"%s\" is taken for \"%s\" by programs in Go, as runc, Docker and Podman are; "
		"crun skips it",
		member->label, meant);
	if (!warnings_wanted(warnings, WARNING_DUPLICATE_KEY))
		return;
	json_object_object_foreach(object->value, key, value)
	{
		(void)value;
		if (lines->of[i].hash == hash && strcmp(key, member->label) != 0)
			other = lines->of[i].key;
		i++;
	}
	if (other > 0)
		warnings_add(
			warnings, WARNING_DUPLICATE_KEY, member->key_line,
			"\"%s\" is in line %zu as well, in another letter case: to programs in "
			"Go both are one key, and the later value is read over the earlier one",
			meant, other);
}

void node_check_case(const struct node *object, const char *key)
{
	size_t i = 0;

	if (object->tree->warnings == NULL || object->tree->keys == NULL)
		return;
	json_object_object_foreach(object->value, candidate, value)
	{
		const struct node member = member_at(object, i++, candidate, value);

		if (strcmp(candidate, key) != 0 && fits(object->tree, candidate, key))
			warn_key_case(object, &member, key);
	}
}

void node_check_keys(const struct node *object, const char *const *known, size_t n)
{
	struct warnings *warnings = object->tree->warnings;
	const struct key_rules *rules = object->tree->keys;
	size_t i = 0;

	if (warnings == NULL || rules == NULL)
		return;
	json_object_object_foreach(object->value, key, value)
	{
		const struct node member = member_at(object, i++, key, value);
		const char *meant = known_key(object, key, known, n);

		if (meant == NULL) {
			warn_unknown_key(&member, key, known, n);
			continue;
		}
		if (member.earlier_line > 0)
			warnings_add(warnings, WARNING_DUPLICATE_KEY, member.key_line,
				     "\"%s\" is in line %zu already: %s", meant,
				     member.earlier_line, rules->twice);
		if (strcmp(key, meant) != 0)
			warn_key_case(object, &member, meant);
		if (value == NULL && !is_usual_null(rules, meant))
			warnings_add(warnings, WARNING_NULL, member.key_line,
				     "\"%s\" is null, which is the same as if it were absent",
				     meant);
	}
}
