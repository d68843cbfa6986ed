#include "option_errors.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "cleanup.h"
#include "layers.h"
#include "strbuf.h"
#include "synonyms.h"
#include "text.h"
#include "typo.h"

/* What is known beside the words of the vocabulary. */
static const char *known_besides(enum value_kind kind)
{
	switch (kind) {
	case VALUE_LAYER:
		return ", or a file (NAME.layer, ./NAME)";
	case VALUE_RUNTIME:
		return " (Docker and containerd normally start runc, Podman and CRI-O crun or "
		       "runc)";
	default:
		return "";
	}
}

/* The "-o" of "-f -o FILE", or the second f of "-ff". */
static bool is_strace_follow(const char *value)
{
	return value[0] == '-' || strcmp(value, "f") == 0;
}

static bool is_syntax(const char *word)
{
	return strcasecmp(word, "json") == 0 || strcasecmp(word, "yaml") == 0 ||
	       strcasecmp(word, "yml") == 0;
}

int unknown_value(enum command_id command, const struct option_info *info, const char *value,
		  struct err *err)
{
	struct typo typo = {0};
	cleanup_strbuf struct strbuf words = STRBUF_INIT;
	const char *word;
	const char *starts = info->kind == VALUE_RUNTIME ? layers_engine_starts(value) : NULL;

	for (size_t n = 0; (word = vocabulary_word(info->kind, n)) != NULL; n++) {
		/* A machine that is only near is another one. */
		if (info->kind != VALUE_ABI)
			typo_offer(&typo, value, word);
		strbuf_addf(&words, "%s%s", n > 0 ? ", " : "", word);
	}
	if (info->kind == VALUE_ABI && abi_mistyped(value) != NULL)
		typo.best = abi_mistyped(value)->name;
	if (info->kind == VALUE_DIALECT && is_syntax(value))
		return err_set(err, EINVAL,
			       "--%s: '%s' is how a dialect is written: say it with --%s",
			       info->name, value, strcasecmp(value, "json") == 0 ? "json" : "yaml");
	if (info->kind == VALUE_DIALECT && command == CMD_RECORD && is_strace_follow(value))
		return err_set(err, EINVAL, "--%s: unknown %s '%s'; strace's -f is not needed: %s",
			       info->name, info->argument, value,
			       advice_option(CMD_RECORD, "follow"));
	if (starts != NULL)
		return err_set(err, EINVAL,
			       "--%s: '%s' has a runtime start its containers, normally %s; known: "
			       "%s",
			       info->name, value, starts, words.s);
	if (typo.best != NULL)
		return err_set(err, EINVAL, "--%s: unknown %s '%s'; did you mean '%s'?", info->name,
			       info->argument, value, typo.best);
	return err_set(err, EINVAL, "--%s: unknown %s '%s'; known: %s%s", info->name,
		       info->argument, value, words.s, known_besides(info->kind));
}

/* The first command that knows the option; CMD_NONE when none does. */
static enum command_id who_takes(const char *name, size_t len)
{
	for (int c = 0; c < CMD_MAX; c++)
		if (!command_table[c].hidden &&
		    option_by_name((enum command_id)c, name, len) != NULL)
			return (enum command_id)c;
	return CMD_NONE;
}

int unknown_option(enum command_id command, const char *name, size_t len, struct err *err)
{
	cleanup_free char *word = xstrndup(name, len);
	enum command_id other = who_takes(name, len);
	const char *advice = advice_option(command, word);
	struct typo typo = {0};

	if (advice != NULL)
		return err_set(err, EINVAL, "'%s' has no option '--%s': %s",
			       command_table[command].name, word, advice);

	for (size_t i = 0; i < option_count; i++)
		if ((option_table[i].commands & TAKEN_BY(command)) != 0 && !option_table[i].hidden)
			typo_offer(&typo, word, option_table[i].name);
	if (other != CMD_NONE && command == CMD_NONE)
		return err_set(err, EINVAL, "option '--%s' goes after a command, such as '%s'",
			       word, command_table[other].name);
	if (other != CMD_NONE)
		return err_set(err, EINVAL, "'%s' has no option '--%s'; '%s' has",
			       command_table[command].name, word, command_table[other].name);
	if (typo.best != NULL)
		return err_set(err, EINVAL, "unknown option '--%s'; did you mean '--%s'?", word,
			       typo.best);
	return err_set(err, EINVAL, "unknown option '--%s'", word);
}

int unknown_letter(enum command_id command, const char *letters, struct err *err)
{
	size_t len = utf8_length(letters) > 0 ? utf8_length(letters) : 1;
	cleanup_free char *word = xstrndup(letters, len);
	const char *advice = advice_option(command, word);

	if (advice != NULL)
		return err_set(err, EINVAL, "'%s' has no option '-%s': %s",
			       command_table[command].name, word, advice);
	return err_set(err, EINVAL, "unknown option '-%s'", word);
}

int unknown_command(const char *name, struct err *err)
{
	const char *advice = advice_command(name);
	struct typo typo = {0};

	if (advice != NULL)
		return err_set(err, EINVAL, "unknown command '%s': %s", name, advice);
	for (int c = 0; c < CMD_MAX; c++)
		if (!command_table[c].hidden)
			typo_offer(&typo, name, command_table[c].name);
	if (typo.best != NULL)
		return err_set(err, EINVAL, "unknown command '%s'; did you mean '%s'?", name,
			       typo.best);
	return err_set(err, EINVAL, "unknown command '%s'", name);
}
