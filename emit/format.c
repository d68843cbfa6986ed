#include "format.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "bpf.h"
#include "cleanup.h"
#include "dialect.h"
#include "docker.h"
#include "firejail.h"
#include "k8s.h"
#include "minijail.h"
#include "names.h"
#include "oci.h"
#include "oci_document.h"
#include "rule_checks.h"
#include "syntax_json.h"
#include "syntax_yaml.h"
#include "systemd.h"
#include "text.h"

/* Kubernetes takes so many bytes of a profile that is an OCI artifact (KEP-6061). */
#define ARTIFACT_MAX (1 << 20)

/*
 * A document is of the first dialect that recognises it, from the last to the first: oci is the
 * widest of the trees, and is what -f means when it is not given.
 */
#define IN_GO_THE_LAST "runc, Docker and Podman take the last, crun the first"

static const struct key_rules runtimes = {.any_case = true,
					  .null_texts = true,
					  .unknown = "which runtimes skip",
					  .twice = IN_GO_THE_LAST};

/* Of moby's and containers/common's types these are not "omitempty": Go writes none as null. */
static const char *const null_lists[] = {"syscalls", "args", "subArchitectures", NULL};
static const struct key_rules engines = {.any_case = true,
					 .null_texts = true,
					 .usual_nulls = null_lists,
					 .unknown = "which runtimes skip",
					 .twice = IN_GO_THE_LAST};

/* Go's tools write a time that is not set as null. */
static const char *const unset_times[] = {"creationTimestamp", NULL};

/* Without a schema's field a key is pruned. kubectl, since 1.27, asks the server to be strict. */
static const struct key_rules kubernetes = {
	.usual_nulls = unset_times,
	.unknown = "which Kubernetes drops, and kubectl refuses unless it has --validate=ignore",
	.twice = "Kubernetes takes the last, and kubectl refuses it unless it has "
		 "--validate=ignore"};

static const struct dialect dialects[] = {
	{
		.name = "oci",
		.keys = &runtimes,
		.recognises = oci_recognises,
		.read = oci_read,
		.write = oci_write,
	},
	{
		.name = "docker",
		.keys = &engines,
		.recognises = docker_recognises,
		.read = docker_read,
		.write = docker_write,
	},
	{
		.name = "podman",
		.keys = &engines,
		.recognises = podman_recognises,
		.read = podman_read,
		.write = podman_write,
	},
	{
		.name = "k8s",
		.syntax = SYNTAX_YAML,
		.keys = &kubernetes,
		.recognises = k8s_recognises,
		.read = k8s_read,
		.write = k8s_write,
	},
	{
		.name = "systemd",
		.syntax = SYNTAX_NONE,
		.recognises_text = systemd_recognises,
		.read_text = systemd_read,
		.write_text = systemd_write,
	},
	{.name = "minijail", .syntax = SYNTAX_NONE, .write_text = minijail_write},
	{.name = "firejail", .syntax = SYNTAX_NONE, .write_text = firejail_write},
	{.name = "bpf", .syntax = SYNTAX_NONE, .is_binary = true, .write_text = bpf_write},
	{
		.name = "names",
		.syntax = SYNTAX_NONE,
		.recognises_text = names_recognises,
		.read_text = names_read,
		.write_text = names_write,
	},
};

#define DIALECT_COUNT ARRAY_SIZE(dialects)

const struct dialect *dialect_by_name(const char *name)
{
	for (size_t i = 0; i < DIALECT_COUNT; i++)
		if (strcasecmp(dialects[i].name, name) == 0)
			return &dialects[i];
	return NULL;
}

const char *dialect_name(size_t n)
{
	return n < DIALECT_COUNT ? dialects[n].name : NULL;
}

enum syntax dialect_syntax(const struct dialect *dialect)
{
	return dialect->syntax;
}

bool dialect_is_binary(const struct dialect *dialect)
{
	return dialect->is_binary;
}

bool dialect_is_readable(const struct dialect *dialect)
{
	return dialect->read != NULL || dialect->read_text != NULL;
}

int format_write_as(struct profile *profile, const struct dialect *dialect, enum syntax syntax,
		    const struct context *context, struct warnings *warnings, struct strbuf *out,
		    struct err *err)
{
	const struct writing writing = {.context = context, .warnings = warnings};
	struct json_object *root = NULL;

	if ((syntax == SYNTAX_NONE) != (dialect->syntax == SYNTAX_NONE))
		return err_set(err, EINVAL, "dialect %s is %s", dialect->name,
			       syntax == SYNTAX_NONE ? "written as JSON or YAML"
						     : "neither JSON nor YAML");
	profile_sort(profile);
	if (syntax == SYNTAX_NONE)
		return dialect->write_text(profile, &writing, out, err);
	int r = dialect->write(profile, &writing, &root, err);
	if (r < 0)
		return r;
	if (syntax == SYNTAX_YAML)
		yaml_write(root, out);
	else
		json_write(root, out);
	json_object_put(root);
	return 0;
}

int format_write(struct profile *profile, const struct dialect *dialect, enum syntax syntax,
		 struct strbuf *out, struct err *err)
{
	const struct context here = {0};

	return format_write_as(profile, dialect, syntax, &here, NULL, out, err);
}

/* Checks what holds for any text, and passes over a byte order mark. */
static int check_text(const char *name, const char **text, size_t *len, struct err *err)
{
	const size_t mark = text_mark_length(*text, *len);

	if (*len > FORMAT_TEXT_MAX)
		return err_set(err, EFBIG, "%s: expected at most %d MiB of text, got more", name,
			       FORMAT_TEXT_MAX >> 20);
	if (strlen(*text) < *len) {
		size_t line = 1;
		for (const char *p = *text; *p != '\0'; p++)
			line += *p == '\n';
		return err_set(err, EINVAL, "%s:%zu: expected text, got a NUL byte", name, line);
	}
	*text += mark;
	*len -= mark;
	return 0;
}

/* Of a dialect that is JSON: kubectl, which takes YAML, passes over the mark as we do. */
static void warn_mark(const struct dialect *dialect, struct reading *reading)
{
	if (reading->marked_json && dialect->syntax == SYNTAX_JSON)
		warnings_add(reading->warnings, WARNING_MARK, 1,
			     "begins with a byte order mark, with which runc, crun, Docker and "
			     "Podman refuse to load JSON");
}

/* Those who load JSON do not load this, however much it looks as if they did. */
static void warn_pretended(const struct dialect *dialect, struct reading *reading)
{
	if (reading->pretends_json && dialect->syntax == SYNTAX_JSON)
		warnings_add(reading->warnings, WARNING_SYNTAX, 1,
			     "is YAML and no JSON, with which runc, crun, Docker and Podman refuse "
			     "to load it");
}

static void warn_odd(const struct tree *tree, struct warnings *warnings)
{
	const struct tree_odd *odd = &tree->odd;

	if (odd->comments.n > 0)
		warnings_add(warnings, WARNING_SYNTAX, odd->comments.line,
			     "comments: crun skips them, runc, Docker and Podman refuse to load "
			     "JSON with any");
	if (odd->no_unicode.n > 0)
		warnings_add(warnings, WARNING_SYNTAX, odd->no_unicode.line,
			     "text that is no Unicode: runc, Docker and Podman replace it, crun "
			     "refuses what is no UTF-8");
	if (odd->numbers.n > 0)
		warnings_add(
			warnings, WARNING_SYNTAX, odd->numbers.line,
			"a number that readers of YAML 1.1 and 1.2 read differently; here it is "
			"what it is to kubectl");
	if (odd->empty_documents.n > 0)
		warnings_add(warnings, WARNING_DOCUMENT, odd->empty_documents.line,
			     "%zu of the documents here %s empty, and skipped",
			     odd->empty_documents.n, odd->empty_documents.n == 1 ? "is" : "are");
	if (odd->other_documents.n > 0)
		warnings_add(warnings, WARNING_DOCUMENT, odd->other_documents.line,
			     "%zu of the documents here %s no profile, and not looked at",
			     odd->other_documents.n, odd->other_documents.n == 1 ? "is" : "are");
}

/* NULL: of none. */
static const struct dialect *dialect_of(const struct node *root)
{
	if (!json_object_is_type(root->value, json_type_object))
		return NULL;
	for (size_t i = DIALECT_COUNT; i > 0; i--)
		if (dialects[i - 1].recognises != NULL && dialects[i - 1].recognises(root))
			return &dialects[i - 1];
	return NULL;
}

static int read_root(struct tree *tree, struct reading *reading, struct err *err)
{
	static const char what[] = "a seccomp profile (an object with \"defaultAction\") or a "
				   "runtime configuration (with \"linux\")";

	const struct node root = tree_root(tree);
	const struct dialect *dialect = dialect_of(&root);

	if (dialect == NULL)
		return node_expected(&root, err, "%s", what);
	tree->keys = dialect->keys;
	tree->warnings = reading->warnings;
	warn_mark(dialect, reading);
	warn_pretended(dialect, reading);
	warn_odd(tree, reading->warnings);
	return dialect->read(&root, reading, err);
}

/* Behind blanks and comments, which a / begins in JSON alone. */
static const char *after_blanks(const char *text)
{
	for (;;) {
		text += strspn(text, " \t\r\n");
		if (text[0] != '/' || (text[1] != '/' && text[1] != '*'))
			return text;
		const char *end = strstr(text + 2, text[1] == '/' ? "\n" : "*/");
		if (end == NULL)
			return "";
		text = end + (text[1] == '/' ? 1 : 2);
	}
}

/*
 * YAML has objects in braces, too, and nearly all JSON is YAML; but those who load JSON refuse what
 * is not quite JSON. Unquoted keys and comments are what tells that YAML was meant.
 */
static bool is_json(const char *text)
{
	text = after_blanks(text);
	return *text == '{' && strchr("\"}", *after_blanks(text + 1)) != NULL;
}

static bool takes_exact_keys(const struct tree *tree)
{
	const struct node root = tree_root(tree);
	const struct dialect *dialect = dialect_of(&root);

	return dialect != NULL && !dialect->keys->any_case;
}

static int read_json(const char *name, const char *text, size_t len, struct tree *tree,
		     struct err *err)
{
	int r = json_read(name, text, len, tree, err);

	if (r < 0 || !tree->odd.shared || !takes_exact_keys(tree))
		return r;
	tree_done(tree);
	return json_read_exact_keys(name, text, len, tree, err);
}

static int read_tree(const char *name, const char *text, size_t len, struct reading *reading,
		     struct err *err)
{
	struct tree tree;
	int r;

	if (is_json(text)) {
		r = read_json(name, text, len, &tree, err);
	} else {
		r = yaml_read(name, text, len, &tree, err);
		reading->pretends_json =
			text_ends_with(name, ".json") ||
			(*after_blanks(text) == '{' && !text_ends_with(name, ".yaml") &&
			 !text_ends_with(name, ".yml"));
	}
	if (r < 0)
		return r;
	r = read_root(&tree, reading, err);
	if (len > ARTIFACT_MAX && !reading->is_part)
		warnings_add(reading->warnings, WARNING_SIZE, tree.root_line,
			     "%zu bytes: Kubernetes refuses more than %d of a profile that is an "
			     "OCI artifact",
			     len, ARTIFACT_MAX);
	tree_done(&tree);
	return r;
}

static int read_any(const char *name, const char *text, size_t len, struct reading *reading,
		    struct err *err)
{
	const char *start = text;
	int r = check_text(name, &text, &len, err);

	if (r < 0)
		return r;
	reading->marked_json = text > start && is_json(text);
	for (size_t i = 0; i < DIALECT_COUNT; i++)
		if (dialects[i].recognises_text != NULL && dialects[i].recognises_text(text))
			return dialects[i].read_text(name, text, reading, err);
	return read_tree(name, text, len, reading, err);
}

int format_read_as(const char *name, const char *text, size_t len, const struct context *context,
		   struct profile **profile, struct warnings *warnings, struct err *err)
{
	static const char recording[] = "{\"recording\":";
	struct reading reading = {
		.context = context, .warnings = warnings, .own = context_abi(context)};

	/* Its further lines would make it bad JSON, which is not what is wrong. */
	if (strncmp(text, recording, strlen(recording)) == 0)
		return err_set(err, EINVAL, "%s:1: expected a profile, got a recording", name);
	reading.profile = profile_new();
	reading_set_abis(&reading, NULL, 0);
	int r = read_any(name, text, len, &reading, err);
	known_release(&reading.known);
	oci_document_release(&reading);
	if (r == 0) {
		rule_checks_conflicts(reading.profile, warnings);
		rule_checks_enosys(reading.profile, warnings);
	}
	if (warnings != NULL)
		warnings_sort(warnings);
	if (r < 0) {
		profile_free(reading.profile);
		return r;
	}
	profile_sort(reading.profile);
	reading.profile->is_part = reading.is_part;
	*profile = reading.profile;
	return 0;
}

int format_read(const char *name, const char *text, size_t len, struct profile **profile,
		struct err *err)
{
	const struct context here = {0};

	return format_read_as(name, text, len, &here, profile, NULL, err);
}
