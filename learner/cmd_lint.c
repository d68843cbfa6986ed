#include <errno.h>

#include "commands.h"
#include "json.h"
#include "load.h"
#include "say.h"
#include "text.h"

enum {
	STATUS_CLEAN = 0,
	STATUS_FOUND = 1,
	STATUS_TROUBLE = 2,
};

static void add_text(const char *name, const struct warning *warning, struct strbuf *out)
{
	strbuf_add_printable(out, name);
	strbuf_addf(out, ":%zu: ", warning->line);
	strbuf_add_printable(out, warning->text);
	strbuf_addch(out, '\n');
}

static void add_json(const char *name, const struct warning *warning, json_object *findings)
{
	json_object *finding = json_new_object();

	json_set_text(finding, "file", name);
	json_set_uint(finding, "line", warning->line);
	json_set_text(finding, "kind", warning_kind_name(warning->kind));
	json_set_text(finding, "message", warning->text);
	json_push(findings, finding);
}

/* One file; says what is wrong with it, and adds what was found to `text` or `findings`. */
static int lint_file(const char *path, const struct options *o, struct strbuf *text,
		     json_object *findings)
{
	const char *name = load_display_name(path);
	struct loaded loaded;
	struct err err = {0};
	int r = load_file_as(path, &o->context, false, &loaded, &err);
	int status = loaded.warnings.n > 0 ? STATUS_FOUND : STATUS_CLEAN;

	if (r == 0 && loaded.recording != NULL)
		r = err_set(&err, EINVAL, "%s: a recording; expected a profile", name);
	if (r < 0) {
		say("%s", err_text(&err));
		status = STATUS_TROUBLE;
	}
	for (size_t i = 0; i < loaded.warnings.n; i++) {
		add_text(name, &loaded.warnings.of[i], text);
		add_json(name, &loaded.warnings.of[i], findings);
	}
	err_done(&err);
	loaded_release(&loaded);
	return status;
}

static int print(const struct options *o, const struct strbuf *text, json_object *root)
{
	cleanup_strbuf struct strbuf json = STRBUF_INIT;

	if (!o->json)
		return say_out(text);
	json_add(&json, root);
	strbuf_addch(&json, '\n');
	return say_out(&json);
}

int cmd_lint(const struct options *o)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_json json_object *root = json_new_object();
	json_object *findings = json_new_array();
	int status = STATUS_CLEAN;

	json_set(root, "findings", findings);
	for (size_t i = 0; i < o->n_args; i++) {
		int found = lint_file(o->args[i], o, &text, findings);
		status = found > status ? found : status;
	}
	if (!o->quiet && print(o, &text, root) < 0)
		status = STATUS_TROUBLE;
	return status;
}
