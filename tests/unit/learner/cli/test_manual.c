/*
 * The manual pages and README.md name the options, commands, words and gaps that there are. In the page
 * of a command the headings of its options are what the option table makes of them, in its order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "documents.h"
#include "gap.h"
#include "option_table.h"

#define MANUAL "learner/man/"
#define PROGRAM_PAGE MANUAL "seccomp-learn.1"
#define README "README.md"

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Has the command a page? "help" and hidden commands stand in the program's. */
static bool has_page(enum command_id command)
{
	return command == CMD_NONE || (!command_table[command].hidden && command != CMD_HELP);
}

/* Reads the page of a command, or with CMD_NONE that of the program. */
static void read_page(enum command_id command, struct strbuf *text)
{
	if (command == CMD_NONE) {
		read_path(PROGRAM_PAGE, text);
		return;
	}
	cleanup_free char *path =
		xasprintf(MANUAL "seccomp-learn-%s.1", command_table[command].name);
	read_path(path, text);
}

/* From behind the line `start` to the line that starts with `end`, or to the end of the text. Cuts it off. */
static char *part_of(char *text, const char *start, const char *end)
{
	char *part = strstr(text, start);

	if (part == NULL) {
		fail_msg("there is no '%s'", start);
		return text;
	}
	part += strlen(start);
	char *stop = strstr(part, end);
	if (stop != NULL)
		stop[1] = '\0'; /* its newline stays */
	return part;
}

/* ".It Fl o Ar REC , Fl -output Ar REC": an option's heading in a page. */
static void add_heading(const struct option_info *info, struct strbuf *out)
{
	cleanup_free char *argument =
		info->argument != NULL ? xasprintf(" Ar %s", info->argument) : xstrdup("");

	strbuf_adds(out, ".It Fl ");
	if (info->letter != 0)
		strbuf_addf(out, "%c%s , Fl ", info->letter, argument);
	strbuf_addf(out, "-%s%s\n", info->name, argument);
}

/* The lines of a text that start with this, which is cut up. */
static void add_lines(char *text, const char *start, struct strbuf *out)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		if (starts_with(line, start))
			strbuf_addf(out, "%s\n", line);
}

static void options_are_those_of_the_table(void **state)
{
	(void)state;
	for (int c = 0; c <= CMD_NONE; c++) {
		if (!has_page((enum command_id)c))
			continue;
		cleanup_strbuf struct strbuf page = STRBUF_INIT, in_page = STRBUF_INIT;
		cleanup_strbuf struct strbuf in_table = STRBUF_INIT;
		for (size_t i = 0; i < option_count; i++)
			if ((option_table[i].commands & TAKEN_BY(c)) != 0 &&
			    !option_table[i].hidden)
				add_heading(&option_table[i], &in_table);
		read_page((enum command_id)c, &page);
		add_lines(part_of(page.s, "\n.Sh OPTIONS\n", "\n.Sh "), ".It Fl ", &in_page);
		if (strcmp(in_table.s, in_page.s) != 0)
			fail_msg("'%s': the option table makes\n%sand the page has\n%s",
				 c == CMD_NONE ? "" : command_table[c].name, in_table.s, in_page.s);
	}
}

/* Those commands that have no page take nothing that would have to be explained in one. */
static void commands_without_page_take_help_alone(void **state)
{
	(void)state;
	for (int c = 0; c < CMD_MAX; c++)
		for (size_t i = 0; i < option_count && !has_page((enum command_id)c); i++)
			if ((option_table[i].commands & TAKEN_BY(c)) != 0)
				assert_string_equal(option_table[i].name, "help");
}

/* A page of section 5 or 7 that explains an option gives it a heading that the table has. */
static void other_pages_have_no_other_options(void **state)
{
	glob_t pages = {0};

	(void)state;
	assert_int_equal(glob(MANUAL "*.[57]", 0, NULL, &pages), 0);
	for (size_t p = 0; p < pages.gl_pathc; p++) {
		cleanup_strbuf struct strbuf page = STRBUF_INIT, found = STRBUF_INIT;
		cleanup_strbuf struct strbuf headings = STRBUF_INIT;
		read_path(pages.gl_pathv[p], &page);
		add_lines(page.s, ".It Fl ", &found);
		for (size_t i = 0; i < option_count; i++)
			if (!option_table[i].hidden)
				add_heading(&option_table[i], &headings);
		char *rest = found.s, *line;
		while (found.len > 0 && (line = strsep(&rest, "\n")) != NULL)
			if (line[0] != '\0' && strstr(headings.s, line) == NULL)
				fail_msg("%s has '%s'", pages.gl_pathv[p], line);
	}
	globfree(&pages);
}

/* Is there a line that is exactly this, or goes on with another name or a full stop? */
static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; (at = strstr(at, line)) != NULL; at++) {
		bool starts = at == text || at[-1] == '\n';
		if (starts &&
		    (at[len] == '\n' || starts_with(at + len, " ,") || starts_with(at + len, " .")))
			return true;
	}
	return false;
}

/* The program's page has each command in its synopsis, and the command's own page has it with the same words. */
static void synopses_agree(void **state)
{
	(void)state;
	for (int c = 0; c < CMD_MAX; c++) {
		if (command_table[c].hidden)
			continue;
		cleanup_strbuf struct strbuf program = STRBUF_INIT, page = STRBUF_INIT;
		cleanup_free char *start = xasprintf(".Cm %s\n", command_table[c].name);
		read_page(CMD_NONE, &program);
		char *synopsis = part_of(program.s, "\n.Sh SYNOPSIS\n", "\n.Sh ");
		char *words = part_of(synopsis, start, "\n.Nm");
		if (!has_page((enum command_id)c))
			continue;
		read_page((enum command_id)c, &page);
		assert_string_equal(part_of(part_of(page.s, "\n.Sh SYNOPSIS\n", "\n.Sh "), start,
					    "\n.Nm"),
				    words);
	}
}

/* Where the words that an option's argument can be are explained. */
static const struct {
	enum value_kind kind;
	const char *page;
} explained[] = {
	{VALUE_DIALECT, MANUAL "seccomp-learn-formats.7"},
	{VALUE_CAPS, MANUAL "seccomp-learn-formats.7"},
	{VALUE_ABI, MANUAL "seccomp-learn-formats.7"},
	{VALUE_RUNTIME, MANUAL "seccomp-learn-layer.5"},
	{VALUE_RUNTIME, MANUAL "seccomp-learn-generate.1"},
	{VALUE_LAYER, MANUAL "seccomp-learn-layer.5"},
	{VALUE_BUILTIN_LAYER, MANUAL "seccomp-learn-layer.5"},
	{VALUE_BUILTIN_LAYER, MANUAL "seccomp-learn-generate.1"},
	{VALUE_ACTION, MANUAL "seccomp-learn-generate.1"},
	{VALUE_REPORT, MANUAL "seccomp-learn-diff.1"},
	{VALUE_FAIL_ON, MANUAL "seccomp-learn-diff.1"},
};

#define N_EXPLAINED (sizeof(explained) / sizeof(explained[0]))

static bool is_explained(enum value_kind kind, const char *word)
{
	cleanup_free char *plain = xasprintf(".Cm %s", word);
	cleanup_free char *item = xasprintf(".It Cm %s", word);
	bool found = false;

	for (size_t i = 0; i < N_EXPLAINED && !found; i++) {
		cleanup_strbuf struct strbuf page = STRBUF_INIT;
		if (explained[i].kind != kind)
			continue;
		read_path(explained[i].page, &page);
		found = has_line(page.s, plain) || has_line(page.s, item);
	}
	return found;
}

static void words_are_explained(void **state)
{
	const char *word;

	(void)state;
	for (size_t i = 0; i < option_count; i++) {
		enum value_kind kind = option_table[i].kind;
		for (size_t n = 0; (word = vocabulary_word(kind, n)) != NULL; n++)
			if (!is_explained(kind, word))
				fail_msg("--%s %s is not in its page", option_table[i].name, word);
	}
}

static size_t count(const char *text, const char *needle)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, needle)) != NULL; at++)
		n++;
	return n;
}

static void gaps_are_explained(void **state)
{
	cleanup_strbuf struct strbuf page = STRBUF_INIT;

	(void)state;
	read_path(MANUAL "seccomp-learn-recording.5", &page);
	char *gaps = part_of(page.s, "\n.Sh GAPS\n", "\n.Sh ");
	for (int kind = 0; kind < GAP_MAX; kind++) {
		cleanup_free char *item = xasprintf("\n.It Cm %s\n", gap_name((enum gap_kind)kind));
		if (count(gaps, item) != 1)
			fail_msg("gap '%s' in the page of the recording",
				 gap_name((enum gap_kind)kind));
	}
	assert_int_equal(count(gaps, "\n.It Cm "), GAP_MAX);
}

/* `--name` in README.md's text is an option of ours; those of others are named with their program. */
static void readme_names_no_other_option(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t found = 0;

	(void)state;
	read_path(README, &text);
	for (const char *at = text.s; (at = strstr(at, "`--")) != NULL; at++) {
		size_t len = strspn(at + 3, "abcdefghijklmnopqrstuvwxyz-");
		bool known = false;
		for (size_t i = 0; i < option_count && !known; i++)
			known = !option_table[i].hidden && strlen(option_table[i].name) == len &&
				strncmp(option_table[i].name, at + 3, len) == 0;
		if (!known)
			fail_msg("README.md has the option '--%.*s'", (int)len, at + 3);
		found++;
	}
	assert_true(found > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_those_of_the_table),
		cmocka_unit_test(commands_without_page_take_help_alone),
		cmocka_unit_test(other_pages_have_no_other_options),
		cmocka_unit_test(synopses_agree),
		cmocka_unit_test(words_are_explained),
		cmocka_unit_test(gaps_are_explained),
		cmocka_unit_test(readme_names_no_other_option),
	};

	return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
