/* The tables of commands and options, and what is made from them: --help and completion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "completion.h"
#include "help.h"
#include "option_table.h"

/* No two options of a command may share a name or a letter. */
static void options_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_count; i++) {
		const struct option_info *a = &option_table[i];
		assert_int_not_equal(a->commands, 0);
		assert_int_equal(a->argument == NULL, a->kind == VALUE_NONE);
		assert_int_equal(a->type == OPTION_FLAG, a->kind == VALUE_NONE);
		assert_int_equal(a->type == OPTION_WORD, a->take_word != NULL);
		assert_int_equal(a->type == OPTION_CALL, a->take != NULL);
		assert_true(a->place < sizeof(struct options));
		for (size_t j = 0; j < i; j++) {
			const struct option_info *b = &option_table[j];
			if ((a->commands & b->commands) == 0)
				continue;
			assert_string_not_equal(a->name, b->name);
			if (a->letter != 0)
				assert_int_not_equal(a->letter, b->letter);
		}
	}
}

static void check_screen(const char *text, size_t max_lines)
{
	size_t lines = 0;

	for (const char *line = text, *end; *line != '\0'; line = end + 1, lines++) {
		end = strchr(line, '\n');
		assert_non_null(end);
		if (end - line > 79)
			fail_msg("too wide: %.*s", (int)(end - line), line);
	}
	assert_in_range(lines, 1, max_lines);
}

/* Does the command take an option of this name that is not hidden? */
static bool takes(enum command_id command, const char *name)
{
	for (size_t i = 0; i < option_count; i++)
		if ((option_table[i].commands & TAKEN_BY(command)) != 0 &&
		    !option_table[i].hidden && strcmp(option_table[i].name, name) == 0)
			return true;
	return false;
}

/* An option's line begins with its letter or six blanks; elsewhere help may mention others. */
static bool lists(const char *help, const char *name)
{
	char spelling[64];

	(void)snprintf(spelling, sizeof(spelling), "  --%s ", name);
	if (strstr(help, spelling) != NULL)
		return true;
	(void)snprintf(spelling, sizeof(spelling), ", --%s ", name);
	return strstr(help, spelling) != NULL;
}

static void help_fits_a_screen(void **state)
{
	(void)state;
	for (int c = 0; c <= CMD_NONE; c++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		if (c < CMD_MAX && command_table[c].name == NULL)
			continue;
		help_write((enum command_id)c, &out);
		check_screen(out.s, 24);
		for (size_t i = 0; i < option_count; i++) {
			const char *name = option_table[i].name;
			if (lists(out.s, name) != takes((enum command_id)c, name))
				fail_msg("--%s in the help of command %d", name, c);
		}
	}
}

static void completion_knows_everything(void **state)
{
	struct err err = {0};
	static const char *const shells[] = {"bash", "zsh", "fish"};

	(void)state;
	for (size_t s = 0; s < 3; s++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		assert_int_equal(completion_write(shells[s], &out, NULL), 0);
		for (size_t i = 0; i < option_count; i++)
			if (!option_table[i].hidden)
				assert_non_null(strstr(out.s, option_table[i].name));
		for (size_t c = 0; c < CMD_MAX; c++)
			if (!command_table[c].hidden)
				assert_non_null(strstr(out.s, command_table[c].name));
		assert_null(strstr(out.s, "print a completion script"));
	}
	cleanup_strbuf struct strbuf none = STRBUF_INIT;
	assert_int_equal(completion_write("tcsh", &none, &err), -EINVAL);
	assert_string_equal(err_text(&err), "no completion for 'tcsh'; known: bash, zsh, fish");
	err_done(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_unique),
		cmocka_unit_test(help_fits_a_screen),
		cmocka_unit_test(completion_knows_everything),
	};

	return cmocka_run_group_tests_name("option table", tests, NULL, NULL);
}
