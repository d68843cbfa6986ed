/* Keys that their readers do not know, read otherwise, or find twice. */
#include <string.h>

#include "cleanup.h"
#include "folded.h"
#include "nearest.h"
#include "strbuf.h"
#include "text.h"
#include "tree.h"
#include "tree_parts.h"

static const char *known_key(const struct node *object, const char *key, const char *const *known,
			     size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tree_fits(object->tree, key, known[i]))
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
		const struct node member = tree_member_at(object, i++, candidate, value);

		if (strcmp(candidate, key) != 0 && tree_fits(object->tree, candidate, key))
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
		const struct node member = tree_member_at(object, i++, key, value);
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
