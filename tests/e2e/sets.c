/*
 * Prints what a recording has and what fixtures have claimed, for read_recording() of lib.bash; several times
 * as quick as jq, which takes longer to start than most fixtures do.
 *
 * usage: sets PROGRAM RECORDING [FILE...]
 *
 * "PROGRAM show --json RECORDING" is asked for the first, the lines "ABI NAME" of the files are the second.
 * The output is sorted, each line once: "LEARNT ABI NAME", "GAPS NAME", "CLAIMED ABI NAME".
 */
#include <ctype.h>
#include <err.h>
#include <json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct lines {
	char **line;
	size_t n;
};

static void add(struct lines *lines, const char *word, const char *one, const char *two)
{
	lines->line = reallocarray(lines->line, lines->n + 1, sizeof(*lines->line));
	if (lines->line == NULL || asprintf(&lines->line[lines->n++], "%s %s%s%s", word, one,
					    two ? " " : "", two ? two : "") < 0)
		err(1, "memory");
}

static int compare(const void *one, const void *two)
{
	return strcmp(*(char *const *)one, *(char *const *)two);
}

static void print(struct lines *lines)
{
	if (lines->n > 0)
		qsort(lines->line, lines->n, sizeof(*lines->line), compare);
	for (size_t i = 0; i < lines->n; i++)
		if (i == 0 || strcmp(lines->line[i], lines->line[i - 1]) != 0)
			(void)puts(lines->line[i]);
}

static bool is_name(const char *text)
{
	size_t digits = text[0] == '-';

	if (islower((unsigned char)text[0]))
		return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
	return text[digits] != '\0' && text[digits + strspn(text + digits, "0123456789")] == '\0';
}

/* "ABI NAME" or "ABI NUMBER", and nothing else: all other lines of a fixture are for people. */
static void add_claim(struct lines *lines, char *line)
{
	static const char *const abis[] = {"x86_64", "x86", "x32", "aarch64"};

	line[strcspn(line, "\n")] = '\0';
	char *name = strchr(line, ' ');
	if (name == NULL || !is_name(name + 1))
		return;
	*name = '\0';
	for (size_t i = 0; i < sizeof(abis) / sizeof(abis[0]); i++)
		if (strcmp(line, abis[i]) == 0)
			add(lines, "CLAIMED", line, name + 1);
}

static void read_claims(struct lines *lines, const char *name)
{
	FILE *file = fopen(name, "re");
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		err(1, "%s", name);
	while (getline(&line, &size, file) > 0)
		add_claim(lines, line);
	free(line);
	(void)fclose(file);
}

/* What "show --json" prints, which must succeed. */
static struct json_object *shown(const char *program, const char *recording)
{
	int fds[2], status;

	if (pipe(fds) < 0)
		err(1, "pipe");
	pid_t child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		(void)dup2(fds[1], STDOUT_FILENO);
		(void)close(fds[0]);
		(void)close(fds[1]);
		(void)execl(program, program, "show", "--json", recording, (char *)NULL);
		err(127, "%s", program);
	}
	(void)close(fds[1]);
	struct json_object *o = json_object_from_fd(fds[0]);
	if (waitpid(child, &status, 0) < 0 || status != 0)
		errx(1, "%s show --json %s: wait status 0x%x", program, recording, status);
	if (o == NULL)
		errx(1, "%s: %s", recording, json_util_get_last_err());
	return o;
}

/* {"x86_64": ["read", ...], ...} */
static void add_learnt(struct lines *lines, struct json_object *shown, const char *member)
{
	struct json_object *abis = json_object_object_get(shown, member);

	if (abis == NULL)
		return;
	json_object_object_foreach(abis, abi, names) for (size_t i = 0;
							  i < json_object_array_length(names); i++)
		add(lines, "LEARNT", abi,
		    json_object_get_string(json_object_array_get_idx(names, i)));
}

int main(int argc, char *argv[])
{
	struct lines lines = {0};

	if (argc < 3)
		errx(2, "usage: sets PROGRAM RECORDING [FILE...]");
	struct json_object *o = shown(argv[1], argv[2]);
	struct json_object *gaps = json_object_object_get(o, "gaps");

	add_learnt(&lines, o, "abis");
	add_learnt(&lines, o, "unknown");
	if (gaps == NULL)
		errx(1, "%s show --json: no gaps", argv[1]);
	for (size_t i = 0; i < json_object_array_length(gaps); i++) {
		struct json_object *gap = json_object_array_get_idx(gaps, i);
		add(&lines, "GAPS", json_object_get_string(json_object_object_get(gap, "gap")),
		    NULL);
	}
	for (int i = 3; i < argc; i++)
		read_claims(&lines, argv[i]);
	print(&lines);
	return 0;
}
