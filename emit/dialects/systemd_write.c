#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "plain.h"
#include "syscalls.h"
#include "systemd.h"
#include "systemd_groups.h"
#include "text.h"

/* Lines are not made longer than this; several are one list. */
#define WIDTH 96

static const char filter_key[] = "SystemCallFilter=";

struct list {
	struct strbuf *out;
	const char *begin; /* "" or "~" */
	size_t column;     /* 0: no line is begun */
};

static void list_add(struct list *list, const char *word)
{
	size_t len = strlen(word);

	if (list->column > 0 && list->column + 1 + len > WIDTH)
		list->column = 0;
	if (list->column == 0) {
		if (list->out->len > 0 && list->out->s[list->out->len - 1] != '\n')
			strbuf_addch(list->out, '\n');
		strbuf_addf(list->out, "%s%s%s", filter_key, list->begin, word);
		list->column = strlen(filter_key) + strlen(list->begin) + len;
		return;
	}
	strbuf_addf(list->out, " %s", word);
	list->column += 1 + len;
}

static void list_end(const struct list *list)
{
	if (list->column > 0)
		strbuf_addch(list->out, '\n');
}

/* What does the profile do with the call? NULL: what it does with all others. */
static const struct rule *rule_of(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->n_rules; i++)
		if (strcmp(profile->rules[i].name, name) == 0 &&
		    !plain_is_fallback(profile, &profile->rules[i]))
			return &profile->rules[i];
	return NULL;
}

/* What systemd would allow by itself; what has a verdict of its own is written with that. */
static void remove_default(const struct profile *profile, const struct writing *writing,
			   struct strbuf *out)
{
	const struct abi *own, *const *abis;
	size_t n = plain_abis(profile, writing, &own, &abis);
	struct list list = {.out = out, .begin = "~"};
	cleanup_free char *words = xstrdup(systemd_group_by_name(SYSTEMD_DEFAULT_GROUP)->words);
	char *rest = words, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		if (rule_of(profile, word) == NULL && syscalls_exists(abis, n, word))
			list_add(&list, word);
	list_end(&list);
}

static void write_allowed(const struct profile *profile, const struct writing *writing,
			  struct strbuf *out)
{
	struct list list = {.out = out, .begin = ""};

	for (size_t i = 0; i < profile->n_rules; i++)
		if (profile->rules[i].verdict.action == ACTION_ALLOW)
			list_add(&list, profile->rules[i].name);
	/* Without a word no list would be begun, and everything allowed. */
	if (list.column == 0)
		list_add(&list, SYSTEMD_DEFAULT_GROUP);
	list_end(&list);
	remove_default(profile, writing, out);
}

/* "NAME:ERRNO" or "NAME:kill". */
static void add_refused(struct list *list, const struct rule *rule)
{
	cleanup_strbuf struct strbuf word = STRBUF_INIT;
	const char *name = errno_name((int)rule->verdict.errno_ret);

	if (rule->verdict.action == ACTION_KILL_PROCESS)
		strbuf_addf(&word, "%s:kill", rule->name);
	else if (name != NULL)
		strbuf_addf(&word, "%s:%s", rule->name, name);
	else
		strbuf_addf(&word, "%s:%u", rule->name, rule->verdict.errno_ret);
	list_add(list, word.s);
}

/* Calls that are refused otherwise than by default: in a list of either kind, since systemd 248. */
static void write_refused(const struct profile *profile, struct strbuf *out)
{
	struct list list = {.out = out, .begin = "~"};

	for (size_t i = 0; i < profile->n_rules; i++)
		if (profile->rules[i].verdict.action != ACTION_ALLOW &&
		    !plain_is_fallback(profile, &profile->rules[i]))
			add_refused(&list, &profile->rules[i]);
	list_end(&list);
}

/* Only what systemd has words for. */
static int check_rules(const struct profile *profile, struct err *err)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (i > 0 && strcmp(profile->rules[i - 1].name, rule->name) == 0)
			return err_set(err, ENOTSUP, "the profile has two rules for %s",
				       rule->name);
		if (rule->verdict.action != ACTION_ALLOW && rule->verdict.action != ACTION_ERRNO &&
		    rule->verdict.action != ACTION_KILL_PROCESS &&
		    !plain_is_fallback(profile, rule))
			return err_set(err, ENOTSUP,
				       "dialect systemd can refuse a call with an errno or kill "
				       "the process; the rule for %s is %s",
				       rule->name, action_oci_name(rule->verdict.action));
	}
	return 0;
}

static int write_error_number(struct verdict fallback, struct strbuf *out, struct err *err)
{
	const char *name = errno_name((int)fallback.errno_ret);

	if (fallback.action == ACTION_KILL_PROCESS || fallback.action == ACTION_ALLOW)
		return 0;
	if (fallback.action != ACTION_ERRNO || fallback.errno_ret == 0)
		return err_set_need(
			err,
			err_set(err, ENOTSUP,
				"dialect systemd refuses calls with an errno from 1 to 4095 or "
				"kills the process, and the default is %s%s",
				action_oci_name(fallback.action),
				fallback.action == ACTION_ERRNO ? " 0" : ""),
			ERR_NEEDS_DEFAULT);
	if (name != NULL)
		strbuf_addf(out, "SystemCallErrorNumber=%s\n", name);
	else
		strbuf_addf(out, "SystemCallErrorNumber=%u\n", fallback.errno_ret);
	return 0;
}

static int write_abis(const struct profile *profile, const struct writing *writing,
		      struct strbuf *out, struct err *err)
{
	const struct abi *own = context_abi(writing->context);
	bool has_own = profile->n_abis == 0;

	strbuf_adds(out, "SystemCallArchitectures=");
	if (profile->n_abis == 0)
		strbuf_adds(out, "native");
	for (size_t i = 0; i < profile->n_abis; i++) {
		const struct abi *abi = profile->abis[i];

		if (abi->systemd == NULL)
			return err_set(err, ENOTSUP, "dialect systemd does not know the ABI %s",
				       abi->name);
		strbuf_addf(out, "%s%s", i > 0 ? " " : "", abi->systemd);
		has_own = has_own || abi == own;
	}
	strbuf_addch(out, '\n');
	if (!has_own)
		warnings_add(writing->warnings, WARNING_CHANGED, 0,
			     "systemd always permits the machine's own ABI (here %s), and applies "
			     "the list to it",
			     own->name);
	return 0;
}

int systemd_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		  struct err *err)
{
	bool allows = profile->fallback.action == ACTION_ALLOW;
	int r = plain_check(profile, "systemd", err);

	if (r == 0)
		r = check_rules(profile, err);
	if (r < 0)
		return r;
	plain_drop_settings(profile, "systemd", writing);
	strbuf_adds(out, "[Service]\n");
	r = write_abis(profile, writing, out, err);
	if (r == 0)
		r = write_error_number(profile->fallback, out, err);
	if (r < 0)
		return r;
	if (!allows)
		write_allowed(profile, writing, out);
	write_refused(profile, out);
	return 0;
}
