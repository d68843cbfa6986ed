#include "json_parse.h"

#include <errno.h>

#include "alloc.h"
#include "json_scan.h"
#include "text.h"

/* `into` is what stands there already, or NULL; *value is the caller's, and may be it. */
static int parse_value(struct json_scanner *p, struct json_object *into,
		       struct json_object **value);

static int duplicate(const struct json_scanner *p, const char *key)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;

	strbuf_add_quoted(&shown, key);
	return err_set(p->err, EINVAL, "duplicate key %s", shown.s);
}

static int parse_member(struct json_scanner *p, struct json_object *object)
{
	const struct json_lenient *lenient = p->parsing->lenient;
	struct json_object *value = NULL, *old = NULL;
	size_t key_line = p->line;
	int r = json_scan_string(p, false);

	if (r < 0)
		return r;
	bool again = json_object_object_get_ex(object, p->text.s, &old);
	if (again && lenient == NULL)
		return duplicate(p, p->text.s);
	if (!again && lenient != NULL && lenient->earlier != NULL)
		old = lenient->earlier(lenient->data, object, p->text.s);
	cleanup_free char *key = xstrndup(p->text.s, p->text.len);
	json_skip_space(p);
	if (json_peek(p) != ':')
		return json_refuse(p, "expected ':'");
	p->at++;
	json_skip_space(p);
	size_t line = p->line;
	r = parse_value(p, old, &value);
	if (r < 0 || (value == NULL && json_object_is_type(old, json_type_string)))
		return r;
	if (lenient != NULL)
		r = lenient->member(lenient->data, object, key, again, key_line, line);
	json_set(object, key, value);
	return r < 0 ? err_set(p->err, EINVAL, "too many duplicate keys") : 0;
}

static int parse_item(struct json_scanner *p, struct json_object *array, size_t i)
{
	const struct json_lenient *lenient = p->parsing->lenient;
	struct json_object *value = NULL;
	size_t line = p->line;
	int r = parse_value(p, json_object_array_get_idx(array, i), &value);

	if (r < 0)
		return r;
	if (lenient != NULL)
		lenient->item(lenient->data, array, i, line);
	if (i == json_object_array_length(array))
		json_push(array, value);
	else if (json_object_array_put_idx(array, i, value) < 0)
		oom();
	return 0;
}

/* What is between the brackets, and the closing one; *n is how many there are. */
static int parse_members(struct json_scanner *p, char close, struct json_object *container,
			 size_t *n)
{
	*n = 0;
	json_skip_space(p);
	if (json_peek(p) == close) {
		p->at++;
		return 0;
	}
	for (;;) {
		int r = close == '}' ? parse_member(p, container) : parse_item(p, container, *n);
		++*n;
		if (r < 0)
			return r;
		json_skip_space(p);
		if (json_peek(p) != ',' && json_peek(p) != close)
			return json_refuse(p, close == '}' ? "expected ',' or '}'"
							   : "expected ',' or ']'");
		if (*p->at++ == close)
			return 0;
		json_skip_space(p);
	}
}

/* What was in a list before it was read anew. */
static void cut_array(struct json_object *array, size_t n)
{
	size_t more = json_object_array_length(array) - n;

	if (more > 0 && json_object_array_del_idx(array, n, more) < 0)
		oom();
}

static int parse_container(struct json_scanner *p, struct json_object *into,
			   struct json_object **value)
{
	bool object = *p->at == '{';
	bool same = json_object_is_type(into, object ? json_type_object : json_type_array);
	size_t n;

	if (++p->depth > p->parsing->depth_max)
		return err_set(p->err, EINVAL, "nested deeper than %d levels",
			       p->parsing->depth_max);
	p->at++;
	cleanup_json struct json_object *container = same     ? json_object_get(into)
						     : object ? json_new_object()
							      : json_new_array();
	int r = parse_members(p, object ? '}' : ']', container, &n);
	p->depth--;
	if (r < 0)
		return r;
	if (!object)
		cut_array(container, n);
	*value = TAKE_PTR(container);
	return 0;
}

/* What json-c takes for a value, as measured: "[[],[],..." grows to the hundredfold. */
static size_t memory_of(char first)
{
	return first == '{' ? 1024 : first == '[' ? 384 : 64;
}

static int parse_value(struct json_scanner *p, struct json_object *into, struct json_object **value)
{
	char c = json_peek(p);
	size_t max = p->parsing->memory_max;

	p->memory += memory_of(c);
	if (max > 0 && p->memory > max)
		return err_set(p->err, E2BIG, "more values than fit %zu MiB of memory",
			       max / 1024 / 1024);
	if (c == '{' || c == '[')
		return parse_container(p, into, value);
	if (c == '"' || c == '\'')
		return json_scan_text(p, value);
	if (c == '-' || (c >= '0' && c <= '9'))
		return json_scan_number(p, value);
	return json_scan_word(p, value);
}

int json_parse(struct json_parsing *parsing, const char *text, size_t len,
	       struct json_object **value, struct err *err)
{
	struct json_scanner p = {
		.parsing = parsing,
		.start = text,
		.at = text,
		.end = text + len,
		.line = 1,
		.text = STRBUF_INIT,
		.err = err,
	};
	cleanup_json struct json_object *read = NULL;

	json_skip_space(&p);
	parsing->line = p.line;
	int r = parse_value(&p, NULL, &read);
	if (r == 0) {
		char last = p.at[-1];
		json_skip_space(&p);
		if (p.at < p.end)
			r = err_set(err, EINVAL, "expected the end of the document after its '%c'",
				    last);
	}
	strbuf_release(&p.text);
	if (r == 0) {
		*value = TAKE_PTR(read);
		return 0;
	}
	parsing->line = p.line;
	parsing->offset = (size_t)(p.at - p.start);
	return r;
}
