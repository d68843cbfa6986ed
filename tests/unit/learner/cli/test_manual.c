/* The manual page and README.md name the options, commands, words and gaps that there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "documents.h"
#include "gap.h"
#include "option_table.h"

#define MANUAL "learner/man/seccomp-learn.1"
#define README "README.md"

/* The subsection of options that stand before any command. */
#define PROGRAM_SUBSECTION "Without a command"

/* An option as an item of the manual page has it: ".It Fl o Ar REC , Fl -output Ar REC". */
struct item {
	char letter; /* 0: none */
	char *name;  /* of the long form; NULL: none */
	char *argument;
};

static void item_release(struct item *item)
{
	free(item->name);
	free(item->argument);
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* `words` is cut up. */
static void parse_item(char *words, struct item *item)
{
	char *word;

	*item = (struct item){0};
	while ((word = strsep(&words, " ")) != NULL) {
		if (strcmp(word, ",") == 0)
			continue;
		char *value = strsep(&words, " ");
		if (value == NULL) {
			fail_msg("'%s' without a word behind it", word);
			return;
		}
		if (strcmp(word, "Fl") == 0 && value[0] == '-') {
			assert_null(item->name);
			item->name = xstrdup(value + 1);
		} else if (strcmp(word, "Fl") == 0) {
			assert_int_equal(strlen(value), 1);
			item->letter = value[0];
		} else if (strcmp(word, "Ar") == 0) {
			/* The same behind both spellings. */
			if (item->argument != NULL)
				assert_string_equal(item->argument, value);
			free(item->argument);
			item->argument = xstrdup(value);
		} else {
			fail_msg("'%s' in the heading of an option", word);
		}
	}
}

/* The index in option_table; the item must say the same. */
static size_t find_option(enum command_id command, const struct item *item)
{
	if (item->name == NULL) {
		fail_msg("-%c has no long form", item->letter);
		return 0;
	}
	for (size_t i = 0; i < option_count; i++) {
		const struct option_info *info = &option_table[i];
		if ((info->commands & TAKEN_BY(command)) == 0 ||
		    strcmp(info->name, item->name) != 0)
			continue;
		if (info->hidden)
			fail_msg("--%s is not for users", info->name);
		/* ".It Fl -json" under "as for record" need not repeat the letter. */
		assert_int_equal(info->letter, item->letter);
		if ((info->argument == NULL) != (item->argument == NULL))
			fail_msg("--%s: is there an argument or not?", info->name);
		if (info->argument != NULL)
			assert_string_equal(info->argument, item->argument);
		return i;
	}
	fail_msg("the manual page has --%s, which '%s' does not take", item->name,
		 command == CMD_NONE ? "no command" : command_table[command].name);
	return 0;
}

static enum command_id subsection_command(const char *title)
{
	if (strcmp(title, PROGRAM_SUBSECTION) == 0)
		return CMD_NONE;
	enum command_id command = command_by_name(title);
	if (command == CMD_NONE)
		fail_msg("the manual page has the command '%s'", title);
	return command;
}

/* Counts how often the manual page has each option of each command. */
static void count_options(char *text, unsigned int seen[CMD_MAX + 1][64], bool has[CMD_MAX + 1])
{
	enum command_id command = CMD_NONE;
	bool commands = false;
	char *line;

	assert_true(option_count <= 64);
	while ((line = strsep(&text, "\n")) != NULL) {
		if (starts_with(line, ".Sh "))
			commands = strcmp(line + 4, "COMMANDS") == 0;
		if (!commands)
			continue;
		if (starts_with(line, ".Ss ")) {
			command = subsection_command(line + 4);
			has[command] = true;
		}
		if (starts_with(line, ".It Fl ")) {
			struct item item;
			parse_item(line + 4, &item);
			seen[command][find_option(command, &item)]++;
			item_release(&item);
		}
	}
}

static void options_agree(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	unsigned int seen[CMD_MAX + 1][64] = {0};
	bool has[CMD_MAX + 1] = {0};

	(void)state;
	read_path(MANUAL, &text);
	count_options(text.s, seen, has);
	for (int c = 0; c <= CMD_NONE; c++) {
		const char *name = c == CMD_NONE ? PROGRAM_SUBSECTION : command_table[c].name;
		if (name == NULL)
			continue;
		if (!has[c])
			fail_msg("the manual page lacks the command '%s'", name);
		for (size_t i = 0; i < option_count; i++) {
			const struct option_info *info = &option_table[i];
			bool expected = (info->commands & TAKEN_BY(c)) != 0 && !info->hidden;
			if (seen[c][i] != expected)
				fail_msg("%s --%s: %u times in the manual page", name, info->name,
					 seen[c][i]);
		}
	}
}

/* Is there a line that is exactly this, or starts with it and goes on with a delimiter? */
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

static void synopsis_has_every_command(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	read_path(MANUAL, &text);
	char *synopsis = strstr(text.s, ".Sh SYNOPSIS\n");
	assert_non_null(synopsis);
	*strstr(synopsis, "\n.Sh DESCRIPTION\n") = '\0';
	for (int c = 0; c < CMD_MAX; c++) {
		if (command_table[c].hidden)
			continue;
		cleanup_free char *line = xasprintf(".Cm %s", command_table[c].name);
		if (!has_line(synopsis, line))
			fail_msg("no '%s' in the synopsis", line);
	}
}

/* Every word that an option's argument can be. */
static void words_are_explained(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *word;

	(void)state;
	read_path(MANUAL, &text);
	for (size_t i = 0; i < option_count; i++) {
		for (size_t n = 0; (word = vocabulary_word(option_table[i].kind, n)) != NULL; n++) {
			cleanup_free char *plain = xasprintf(".Cm %s", word);
			cleanup_free char *item = xasprintf(".It Cm %s", word);
			if (!has_line(text.s, plain) && !has_line(text.s, item))
				fail_msg("--%s %s is not in the manual page", option_table[i].name,
					 word);
		}
	}
}

/* How often `needle` is at the start of a line. */
static size_t count_lines(const char *text, const char *needle)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, needle)) != NULL; at++)
		n += at == text || at[-1] == '\n';
	return n;
}

/* From the line `start` to the line that starts with `end`. */
static char *part_of(char *text, const char *start, const char *end)
{
	char *part = strstr(text, start);

	if (part == NULL) {
		fail_msg("there is no '%s'", start);
		return text;
	}
	part += strlen(start);
	char *stop = strstr(part, end);
	if (stop == NULL) {
		fail_msg("there is no '%s' after '%s'", end, start);
		return text;
	}
	/* Its newline stays. */
	stop[1] = '\0';
	return part;
}

static void gaps_are_explained(void **state)
{
	cleanup_strbuf struct strbuf manual = STRBUF_INIT, readme = STRBUF_INIT;

	(void)state;
	read_path(MANUAL, &manual);
	read_path(README, &readme);
	char *in_manual = part_of(manual.s, "\n.Sh GAPS\n", "\n.Sh ");
	char *in_readme = part_of(readme.s, "\n### Gaps\n", "\n## ");
	for (int kind = 0; kind < GAP_MAX; kind++) {
		const char *name = gap_name((enum gap_kind)kind);
		cleanup_free char *item = xasprintf(".It Cm %s\n", name);
		cleanup_free char *row = xasprintf("| `%s` | ", name);
		if (count_lines(in_manual, item) != 1)
			fail_msg("gap '%s' in the manual page", name);
		if (count_lines(in_readme, row) != 1)
			fail_msg("gap '%s' in README.md", name);
	}
	assert_int_equal(count_lines(in_manual, ".It Cm "), GAP_MAX);
	assert_int_equal(count_lines(in_readme, "| `"), GAP_MAX);
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
		cmocka_unit_test(options_agree),
		cmocka_unit_test(synopsis_has_every_command),
		cmocka_unit_test(words_are_explained),
		cmocka_unit_test(gaps_are_explained),
		cmocka_unit_test(readme_names_no_other_option),
	};

	return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
