/* The values of a tree, checked, and what is said of others. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cleanup.h"
#include "nearest.h"
#include "strbuf.h"
#include "text.h"
#include "tree.h"

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
