#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "replace.h"
#include "say.h"
#include "strbuf.h"
#include "text.h"

enum syntax output_syntax(const struct options *o, const char *path)
{
	if (o->json)
		return SYNTAX_JSON;
	if (o->yaml)
		return SYNTAX_YAML;
	if (dialect_syntax(o->dialect) == SYNTAX_NONE)
		return SYNTAX_NONE;
	if (text_ends_with(path, ".yaml") || text_ends_with(path, ".yml"))
		return SYNTAX_YAML;
	return text_ends_with(path, ".json") ? SYNTAX_JSON : dialect_syntax(o->dialect);
}

/* "my-app" of "/tmp/my-app.yaml"; NULL for standard output and the like. */
static char *name_of_file(const struct place *place)
{
	const char *slash = strrchr(place->path, '/');
	const char *base = slash != NULL ? slash + 1 : place->path;

	if (*base == '.' || place->kind == PLACE_DESCRIPTOR)
		return NULL;
	return xstrndup(base, strcspn(base, "."));
}

static bool is_terminal(const struct place *place)
{
	if (place->kind == PLACE_DESCRIPTOR)
		return isatty(place->fd);
	if (place->kind != PLACE_SPECIAL || !S_ISCHR(place->st.st_mode))
		return false;
	cleanup_close int fd = place_open(place, O_WRONLY | O_NONBLOCK);
	return fd >= 0 && isatty(fd);
}

/* What the command has to help with an error of a dialect. */
static const char *hint_for(enum command_id command, enum err_need need)
{
	const bool makes = command == CMD_RECORD || command == CMD_GENERATE;

	switch (need) {
	case ERR_NEEDS_DEFAULT:
		return makes ? "choose another with --default-action or --default-errno"
			     : "the default is that of the files, and has to be changed there";
	case ERR_NEEDS_ONE_ABI:
		return makes ? "choose one with --abi"
			     : "the ABIs are those of the files; with --intersect only those stay "
			       "that all have";
	case ERR_NEEDS_NAME:
		return "say it with --name";
	default:
		return NULL;
	}
}

static int add_hint(const struct options *o, int r, struct err *err)
{
	const char *hint = r < 0 ? hint_for(o->command, err->need) : NULL;

	if (hint == NULL)
		return r;
	cleanup_free char *reason = xstrdup(err_text(err));
	return err_set(err, -r, "%s: %s", reason, hint);
}

static int render(struct profile *profile, const struct options *o, const struct place *place,
		  struct strbuf *text, struct warnings *warnings, struct err *err)
{
	cleanup_free char *name = name_of_file(place);
	struct context context = o->context;

	if (context.name == NULL)
		context.name = name;
	int r = format_write_as(profile, o->dialect, output_syntax(o, place->path), &context,
				warnings, text, err);
	r = add_hint(o, r, err);
	/* Bytes that would change how a terminal works. */
	if (r == 0 && dialect_is_binary(o->dialect) && is_terminal(place))
		r = err_set(err, EINVAL, "a filter program is no text: name a file with %s",
			    o->command == CMD_RECORD ? "-p" : "-o");
	return r;
}

int output_profile(struct profile *profile, const struct options *o, struct place *place,
		   struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct warnings warnings = {0};

	int r = render(profile, o, place, &text, &warnings, err);
	if (r == 0)
		r = place_write(place, text.s, text.len, err);
	for (size_t i = 0; r == 0 && !o->quiet && i < warnings.n; i++)
		say("%s", warnings.of[i].text);
	warnings_release(&warnings);
	return r;
}

int output_check(const struct options *o, const struct place *place, struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct profile *profile = profile_new();
	const struct verdict allow = {.action = ACTION_ALLOW};

	profile->fallback = o->fallback;
	if (o->abi != NULL)
		profile_add_abi(profile, o->abi);
	/* Every ABI has this one. */
	profile_add_rule(profile, "exit_group", allow, NULL, 0);
	profile_sort(profile);
	int r = render(profile, o, place, &text, NULL, err);
	(void)profile_free(profile);
	return r < 0 ? r : place_check(place, err);
}
