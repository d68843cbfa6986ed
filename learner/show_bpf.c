#include <inttypes.h>
#include <json-c/json.h>

#include "bpf_show.h"
#include "show.h"

static void show_text(const struct bpf_line *lines, size_t n, struct strbuf *out)
{
	strbuf_addf(out, "seccomp filter program: %zu instruction%s\n\n", n, n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "  %4zu  %s\n", i, lines[i].text);
}

static void show_json(const struct bpf_line *lines, size_t n, struct strbuf *out)
{
	json_object *root = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < n; i++) {
		json_object *line = json_object_new_object();
		json_object_object_add(line, "code", json_object_new_int(lines[i].code));
		json_object_object_add(line, "jt", json_object_new_int(lines[i].jt));
		json_object_object_add(line, "jf", json_object_new_int(lines[i].jf));
		json_object_object_add(line, "k", json_object_new_int64(lines[i].k));
		json_object_object_add(line, "text", json_object_new_string(lines[i].text));
		json_object_array_add(list, line);
	}
	json_object_object_add(root, "program", list);
	strbuf_addf(out, "%s\n", json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN));
	json_object_put(root);
}

void show_program(const struct strbuf *program, bool json, struct strbuf *out)
{
	size_t n;
	struct bpf_line *lines = bpf_lines(program->s, program->len, &n);

	if (json)
		show_json(lines, n, out);
	else
		show_text(lines, n, out);
	bpf_lines_free(lines, n);
}
