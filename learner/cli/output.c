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

enum syntax output_syntax(const struct output_style *style, const char *path)
{
	if (style->json)
		return SYNTAX_JSON;
	if (style->yaml)
		return SYNTAX_YAML;
	if (dialect_syntax(style->dialect) == SYNTAX_NONE)
		return SYNTAX_NONE;
	if (text_ends_with(path, ".yaml") || text_ends_with(path, ".yml"))
		return SYNTAX_YAML;
	return text_ends_with(path, ".json") ? SYNTAX_JSON : dialect_syntax(style->dialect);
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

/* Which option helps with an error of a dialect. */
static const char *hint_for(bool composed, enum err_need need)
{
	switch (need) {
	case ERR_NEEDS_DEFAULT:
		return composed ? "choose another with --default-action or --default-errno"
				: "the default is that of the files, and has to be changed there";
	case ERR_NEEDS_ONE_ABI:
		return composed ? "choose one with --abi"
				: "the ABIs are those of the files; with --intersect only those "
				  "stay "
				  "that all have";
	case ERR_NEEDS_NAME:
		return "say it with --name";
	default:
		return NULL;
	}
}

static int add_hint(const struct output_style *style, int r, struct err *err)
{
	const char *hint = r < 0 ? hint_for(style->composed, err->need) : NULL;

	if (hint == NULL)
		return r;
	cleanup_free char *reason = xstrdup(err_text(err));
	return err_set(err, -r, "%s: %s", reason, hint);
}

static int render(struct profile *profile, const struct output_style *style,
		  const struct context *context, const struct place *place, struct strbuf *text,
		  struct warnings *warnings, struct err *err)
{
	cleanup_free char *name = name_of_file(place);
	struct context named = *context;

	if (named.name == NULL)
		named.name = name;
	int r = format_write_as(profile, style->dialect, output_syntax(style, place->path), &named,
				warnings, text, err);
	r = add_hint(style, r, err);
	/* Bytes that would change how a terminal works. */
	if (r == 0 && dialect_is_binary(style->dialect) && is_terminal(place))
		r = err_set(err, EINVAL, "a filter program is no text: name a file with %s",
			    style->file_option);
	return r;
}

int output_profile(struct profile *profile, const struct output_style *style,
		   const struct context *context, struct place *place, struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct warnings warnings = {0};

	int r = render(profile, style, context, place, &text, &warnings, err);
	if (r == 0)
		r = place_write(place, text.s, text.len, err);
	for (size_t i = 0; r == 0 && !style->quiet && i < warnings.n; i++)
		say("%s", warnings.of[i].text);
	warnings_release(&warnings);
	return r;
}

int output_check(const struct compose_target *target, const struct output_style *style,
		 const struct context *context, const struct place *place, struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct profile *profile = profile_new();
	const struct verdict allow = {.action = ACTION_ALLOW};

	profile->fallback = target->fallback;
	if (target->abi != NULL)
		profile_add_abi(profile, target->abi);
	/* Every ABI has this one. */
	profile_add_rule(profile, "exit_group", allow, NULL, 0);
	profile_sort(profile);
	int r = render(profile, style, context, place, &text, NULL, err);
	(void)profile_free(profile);
	return r < 0 ? r : place_check(place, err);
}
