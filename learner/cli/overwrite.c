#include "overwrite.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "array.h"
#include "bpf_show.h"
#include "cleanup.h"
#include "diff_compare.h"
#include "file.h"
#include "format.h"
#include "layers.h"
#include "lines.h"
#include "recording.h"
#include "syscalls.h"

/* ---- What there is -------------------------------------------------------------------------- */

static bool is_blank(const struct strbuf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (!isspace((unsigned char)text->s[i]))
			return false;
	return true;
}

/* A systemd unit with settings that no profile has. */
static bool is_whole_unit(const char *text)
{
	struct line line = {0};
	bool unit = false, continued = false, more = false;

	while (line_next(&text, &line)) {
		bool skipped = line_is_blank(&line, "#;");
		bool setting = !skipped && !continued && line.text[0] != '[';

		if (!skipped && !unit && line.text[0] != '[')
			return false;
		unit = unit || !skipped;
		more = more || (setting && !line_begins(&line, "SystemCall"));
		continued = !skipped && line.len > 0 && line.text[line.len - 1] == '\\';
	}
	return unit && more;
}

static bool is_firejail_line(const struct line *line)
{
	return line_begins(line, "seccomp");
}

/* "NAME: 1", "NAME: return 38", "NAME: arg0 == 1; return 1". */
static bool is_minijail_line(const struct line *line)
{
	static const char *const verdicts[] = {"1",   "allow", "return ", "arg",        "kill",
					       "log", "trap",  "trace",   "user-notify"};
	const char *colon = memchr(line->text, ':', line->len);

	if (colon == NULL || colon[1] != ' ')
		return false;
	cleanup_free char *name = xstrndup(line->text, (size_t)(colon - line->text));
	if (!syscalls_known(name))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (strncmp(colon + 2, verdicts[i], strlen(verdicts[i])) == 0)
			return true;
	return false;
}

/* All lines that are no comments, and there is one, are such lines. */
static bool consists_of(const char *text, bool (*is_such)(const struct line *line))
{
	struct line line = {0};
	size_t n = 0;

	while (line_next(&text, &line)) {
		if (line_is_blank(&line, "#"))
			continue;
		if (!is_such(&line))
			return false;
		n++;
	}
	return n > 0;
}

static enum content classify(const struct strbuf *text, struct profile **profile)
{
	const struct context here = {0};

	if (is_blank(text))
		return CONTENT_NOTHING;
	if (recording_is(text->s, text->len))
		return CONTENT_RECORDING;
	if (bpf_is_program(text->s, text->len))
		return CONTENT_PROFILE;
	if (format_read_as("", text->s, text->len, &here, profile, NULL, NULL) == 0)
		return (*profile)->is_part || is_whole_unit(text->s) ? CONTENT_MORE
								     : CONTENT_PROFILE;
	if (strlen(text->s) == text->len &&
	    (consists_of(text->s, is_firejail_line) || consists_of(text->s, is_minijail_line)))
		return CONTENT_PROFILE;
	return CONTENT_OTHER;
}

static enum content read_content(const struct place *place, struct strbuf *text,
				 struct profile **profile)
{
	struct stat st;

	if (place->kind != PLACE_FILE || place->old < 0)
		return CONTENT_NOTHING;
	if (fstat(place->old, &st) == 0 && st.st_size == 0)
		return CONTENT_NOTHING;
	cleanup_close int fd = place_open(place, O_RDONLY);
	if (fd < 0)
		return CONTENT_UNREADABLE;
	int r = file_read_from(fd, place->path, FORMAT_TEXT_MAX, text, NULL);
	/* Only a recording is so large, and its beginning tells. */
	if (r == -EFBIG)
		return recording_is(text->s, text->len) ? CONTENT_RECORDING : CONTENT_OTHER;
	return r < 0 ? CONTENT_UNREADABLE : classify(text, profile);
}

enum content content_of(const struct place *place, struct profile **profile)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct profile *read = NULL;
	enum content content = read_content(place, &text, &read);

	if (profile != NULL)
		*profile = TAKE_PTR(read);
	profile_free(read);
	return content;
}

/* ---- What may go ---------------------------------------------------------------------------- */

/* The option that names the output. */
static const char *option_of(const struct options *o, enum content kind)
{
	return kind == CONTENT_PROFILE ? o->style.file_option : "-o";
}

static int refuse(const struct place *place, const char *what, const char *option, struct err *err)
{
	bool output = strcmp(place->path, "-") == 0;

	return err_set(err, EEXIST,
		       "%s%s%s %s and would be overwritten: name another file with %s, or give "
		       "--force",
		       output ? "" : "'", output ? "standard output" : place->path,
		       output ? "" : "'", what, option);
}

static int check_content(const struct place *place, enum content content, enum content kind,
			 const struct options *o, struct err *err)
{
	static const char *const holds[] = {
		[CONTENT_RECORDING] = "is a recording, not a profile,",
		[CONTENT_PROFILE] = "is a profile, not a recording,",
		[CONTENT_MORE] = "is more than a profile, which is only a part of it,",
		[CONTENT_OTHER] = "is neither a recording nor a profile",
		[CONTENT_UNREADABLE] = "cannot be read, may be anything",
	};

	if (content == CONTENT_NOTHING || content == kind)
		return 0;
	return refuse(place, holds[content], option_of(o, kind), err);
}

static bool is_input(const struct place *place, const char *path)
{
	struct stat st;
	int r = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st);

	return r == 0 && place_is(place, &st);
}

static int check_inputs(const struct place *place, enum content kind, const struct options *o,
			struct err *err)
{
	bool reads = false;

	for (size_t i = 0; i < o->n_args && o->command != CMD_RECORD; i++)
		reads = reads || is_input(place, o->args[i]);
	for (size_t i = 0; i < o->layers.n; i++)
		reads = reads || (layers_is_file(o->layers.of[i].name) &&
				  is_input(place, o->layers.of[i].name));
	return reads ? refuse(place, "is read, too,", option_of(o, kind), err) : 0;
}

int overwrite_check(const struct place *place, enum content kind, const struct options *o,
		    struct err *err)
{
	if (o->force)
		return 0;
	int r = check_inputs(place, kind, o, err);
	return r < 0 ? r : check_content(place, content_of(place, NULL), kind, o, err);
}

/* ---- The name that nobody gave -------------------------------------------------------------- */

static bool is_written_as(struct profile *profile, const struct dialect *dialect,
			  enum syntax syntax, const struct options *o, const struct strbuf *text)
{
	cleanup_strbuf struct strbuf written = STRBUF_INIT;
	struct context context = o->context;

	if (context.name == NULL)
		context.name = "seccomp";
	return format_write_as(profile, dialect, syntax, &context, NULL, &written, NULL) == 0 &&
	       written.len == text->len && memcmp(written.s, text->s, text->len) == 0;
}

/* This program writes a profile in one way only. */
static bool is_ours(struct profile *profile, const struct options *o, const struct strbuf *text)
{
	const char *name;

	for (size_t n = 0; (name = dialect_name(n)) != NULL; n++) {
		const struct dialect *dialect = dialect_by_name(name);

		if (dialect_syntax(dialect) == SYNTAX_NONE) {
			if (is_written_as(profile, dialect, SYNTAX_NONE, o, text))
				return true;
		} else if (is_written_as(profile, dialect, SYNTAX_JSON, o, text) ||
			   is_written_as(profile, dialect, SYNTAX_YAML, o, text)) {
			return true;
		}
	}
	return false;
}

int overwrite_check_unasked(const struct place *place, const struct options *o,
			    struct profile **old, struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct profile *profile = NULL;

	*old = NULL;
	if (o->force)
		return 0;
	int r = check_inputs(place, CONTENT_PROFILE, o, err);
	if (r == 0)
		r = check_content(place, read_content(place, &text, &profile), CONTENT_PROFILE, o,
				  err);
	if (r == 0 && !is_blank(&text) && (profile == NULL || !is_ours(profile, o, &text)))
		r = err_set(err, EEXIST,
			    "'%s' is a profile that this program did not make, and would be "
			    "overwritten: say where the new one shall go with -p, or that it shall "
			    "be there with -p %s",
			    place->path, place->path);
	if (r == 0)
		*old = TAKE_PTR(profile);
	profile_free(profile);
	return r;
}

/* A call that the second side lets go further; NULL: it is its default, or a whole ABI. */
static const char *example_of(const struct diff *diff)
{
	for (size_t i = 0; i < diff->n_abis; i++)
		for (size_t j = 0; j < diff->abis[i].n_calls; j++) {
			const struct diff_call *call = &diff->abis[i].calls[j];
			if (call->name != NULL &&
			    (call->change & (CHANGE_ADDED | CHANGE_WIDENED)) != 0)
				return call->name;
		}
	return NULL;
}

int overwrite_check_loss(const struct place *place, const struct profile *old,
			 const struct profile *new, struct err *err)
{
	int r = 0;

	if (old == NULL)
		return 0;
	struct diff *diff = diff_new(policy_of_profile(new), policy_of_profile(old));
	const char *example = example_of(diff);
	if (diff_widens(diff))
		r = err_set(
			err, EEXIST,
			"'%s' allows what this run did not need%s%s, and stays as it is: "
			"-p %s would have replaced it; for both in one, 'seccomp-learn generate' "
			"makes a profile of the recording, and 'merge' joins the two",
			place->path, example != NULL ? ", such as " : "",
			example != NULL ? example : "", place->path);
	(void)diff_free(diff);
	return r;
}
