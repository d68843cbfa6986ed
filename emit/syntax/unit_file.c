#include "unit_file.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "text.h"

/*
 * In the text of a line a newline stands for each one of the document, so that counting them tells
 * where a word is; systemd puts a blank there, which separates words just so.
 */
static const char blanks[] = " \t\n\r";

static bool is_blank(char c)
{
	return c != '\0' && strchr(blanks, c) != NULL;
}

/* The next line of the document; "\n", "\r", or both in either order end one. */
static bool next_physical(struct unit_file *file, const char **text, size_t *len)
{
	if (*file->rest == '\0')
		return false;
	*text = file->rest;
	*len = strcspn(file->rest, "\r\n");
	file->rest += *len;
	if (*file->rest != '\0') {
		char other = *file->rest == '\n' ? '\r' : '\n';

		file->rest += file->rest[1] == other ? 2 : 1;
	}
	file->line++;
	return true;
}

static bool is_comment(const char *text, size_t len)
{
	while (len > 0 && is_blank(*text)) {
		text++;
		len--;
	}
	return len > 0 && (*text == '#' || *text == ';');
}

/* Is the last character a backslash that is not itself behind one? */
static bool ends_open(const char *text, size_t len)
{
	bool escaped = false;

	for (size_t i = 0; i < len; i++)
		escaped = !escaped && text[i] == '\\';
	return escaped;
}

/* systemd's LONG_LINE_MAX: a line is shorter, one with those that continue it no longer. */
#define LINE_LIMIT ((size_t)1 << 20)

/* systemd passes over one byte order mark, in the first line that begins with one. */
static void pass_mark(struct unit_file *file, const char **text, size_t *len)
{
	const size_t mark = file->marked ? 0 : text_mark_length(*text, *len);

	if (mark == 0)
		return;
	file->marked = true;
	*text += mark;
	*len -= mark;
}

/* A line and those that continue it, without comments. Returns where it begins, 0 at the end. */
static size_t next_logical(struct unit_file *file)
{
	const char *text;
	size_t len, start = 0;

	strbuf_cut(&file->text, 0);
	while (next_physical(file, &text, &len)) {
		if (len >= LINE_LIMIT) {
			file->too_long = true;
			return file->line;
		}
		if (is_comment(text, len)) {
			if (start > 0)
				strbuf_addch(&file->text, '\n');
			continue;
		}
		if (start == 0)
			start = file->line;
		pass_mark(file, &text, &len);
		if (file->text.len + len > LINE_LIMIT) {
			file->too_long = true;
			return file->line;
		}
		strbuf_add(&file->text, text, len);
		if (!ends_open(text, len))
			break;
		file->text.s[file->text.len - 1] = '\n';
	}
	return start;
}

/* In place; returns the text without the blanks at its ends. */
static char *strip(char *text)
{
	size_t len;

	text += strspn(text, blanks);
	len = strlen(text);
	while (len > 0 && is_blank(text[len - 1]))
		text[--len] = '\0';
	return text;
}

/* A name over two lines has a blank in it. */
static void join(char *text)
{
	for (; (text = strchr(text, '\n')) != NULL; text++)
		*text = ' ';
}

static int refused(const struct unit_file *file, size_t number, const char *expected,
		   const char *text, struct err *err)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, text);
	return err_set(err, EINVAL,
		       "%s:%zu: expected %s, without which systemd loads nothing, got "
		       "\"%.60s\"",
		       file->name, number, expected, shown.s);
}

static int check_utf8(const struct unit_file *file, size_t number, const char *text,
		      struct err *err)
{
	for (const char *p = text; *p != '\0'; p += utf8_length(p))
		if (utf8_length(p) == 0)
			return refused(file, number, "UTF-8", text, err);
	return 0;
}

static int read_section(const struct unit_file *file, char *text, struct unit_line *line,
			struct err *err)
{
	size_t len = strlen(text);

	join(text);
	if (text[len - 1] != ']')
		return refused(file, line->number, "a section that ends with a bracket", text, err);
	text[len - 1] = '\0';
	for (const char *p = text + 1; *p != '\0'; p++)
		if ((*p > 0 && *p < ' ') || strchr("\"'\\\x7f", *p) != NULL)
			return refused(file, line->number, "a section of plain characters",
				       text + 1, err);
	line->kind = UNIT_SECTION;
	line->text = text + 1;
	return 1;
}

static int read_assignment(const struct unit_file *file, char *text, struct unit_line *line)
{
	char *equals = strchr(text, '=');

	line->kind = UNIT_JUNK;
	line->text = text;
	if (equals == NULL || equals == text)
		return 1;
	line->kind = UNIT_ASSIGNMENT;
	*equals = '\0';
	line->value = strip(equals + 1);
	line->value_number = line->number;
	for (const char *p = file->text.s; p < line->value; p++)
		line->value_number += *p == '\n';
	text = strip(text);
	join(text);
	line->text = text;
	return 1;
}

int unit_file_next(struct unit_file *file, struct unit_line *line, struct err *err)
{
	size_t number;

	while ((number = next_logical(file)) > 0) {
		if (file->too_long)
			return err_set(
				err, EINVAL,
				"%s:%zu: a line of more than 1 MiB, with which systemd loads "
				"nothing",
				file->name, number);
		char *text = strip(file->text.s);

		if (*text == '\0')
			continue;
		*line = (struct unit_line){.number = number};
		int r = check_utf8(file, number, text, err);
		if (r < 0)
			return r;
		return *text == '[' ? read_section(file, text, line, err)
				    : read_assignment(file, text, line);
	}
	return 0;
}

static void skip_blanks(struct unit_words *words)
{
	for (; is_blank(*words->rest); words->rest++)
		words->line += *words->rest == '\n';
}

int unit_words_next(struct unit_words *words, struct strbuf *word)
{
	char quote = '\0', c;

	strbuf_cut(word, 0);
	skip_blanks(words);
	if (*words->rest == '\0')
		return 0;
	while ((c = *words->rest) != '\0' && (quote != '\0' || !is_blank(c))) {
		words->rest++;
		if (c == '\\') {
			c = *words->rest;
			if (c == '\0')
				return -EINVAL;
			words->rest++;
			strbuf_addch(word, c);
		} else if (c == quote) {
			quote = '\0';
		} else if (quote == '\0' && words->quotes && (c == '"' || c == '\'')) {
			quote = c;
		} else {
			strbuf_addch(word, c);
		}
	}
	return quote == '\0' ? 1 : -EINVAL;
}
