#include "lines.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(struct line *line)
{
	while (line->len > 0 && is_blank(line->text[0])) {
		line->text++;
		line->len--;
	}
	while (line->len > 0 && is_blank(line->text[line->len - 1]))
		line->len--;
}

bool line_next(const char **rest, struct line *line)
{
	if (**rest == '\0')
		return false;
	line->text = *rest;
	line->len = strcspn(*rest, "\n");
	line->number++;
	*rest += line->len + ((*rest)[line->len] == '\n');
	trim(line);
	return true;
}

bool line_is_blank(const struct line *line, const char *marks)
{
	return line->len == 0 || strchr(marks, line->text[0]) != NULL;
}

bool line_begins(const struct line *line, const char *prefix)
{
	size_t n = strlen(prefix);

	return line->len >= n && memcmp(line->text, prefix, n) == 0;
}

struct line line_without_comment(const struct line *line, char mark)
{
	struct line cut = *line;
	const char *found = memchr(line->text, mark, line->len);

	if (found != NULL)
		cut.len = (size_t)(found - line->text);
	trim(&cut);
	return cut;
}
