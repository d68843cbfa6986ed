#include "bpf_show.h"
#include "json.h"
#include "show.h"

static void show_text(const struct bpf_line *lines, size_t n, struct strbuf *out)
{
	strbuf_addf(out, "seccomp filter program: %zu instruction%s\n\n", n, n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "  %4zu  %s\n", i, lines[i].text);
}

static void show_json(const struct bpf_line *lines, size_t n, struct strbuf *out)
{
	json_object *root = json_new_object();
	json_object *list = json_new_array();

	for (size_t i = 0; i < n; i++) {
		json_object *line = json_new_object();
		json_set_int(line, "code", lines[i].code);
		json_set_int(line, "jt", lines[i].jt);
		json_set_int(line, "jf", lines[i].jf);
		json_set_int(line, "k", lines[i].k);
		json_set_text(line, "text", lines[i].text);
		json_push(list, line);
	}
	json_set(root, "program", list);
	json_add_line(out, root);
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
