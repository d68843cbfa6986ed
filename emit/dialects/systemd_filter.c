#include "systemd_filter.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "hash.h"
#include "oci.h"
#include "syscalls.h"
#include "systemd_groups.h"
#include "text.h"

/* @system-service has groups, none of which has some. */
#define GROUP_DEPTH 4

/* So many groups may be named: @known alone has 500 calls, and each name of it is a search. */
#define GROUPS_MAX 65536

/* A call of the list. */
struct list_entry {
	char *name; /* owned; the key */
	bool has_verdict;
	struct verdict verdict;
	size_t line;   /* where it was named; 0: by a group */
	bool by_group; /* only by groups, so it may be of another machine */
	UT_hash_handle hh;
};

static void drop(struct list_entry **list, struct list_entry *listed)
{
	HASH_DEL(*list, listed);
	free(listed->name);
	free(listed);
}

static void free_list(struct list_entry **list)
{
	struct list_entry *listed, *next;

	HASH_ITER(hh, *list, listed, next) {
		drop(list, listed);
	}
}

void systemd_filter_release(struct unit *unit)
{
	free_list(&unit->list);
	free_list(&unit->gone);
}

static struct list_entry *add(struct list_entry **list, const char *name)
{
	struct list_entry *listed = xcalloc(1, sizeof(*listed));

	listed->name = xstrdup(name);
	HASH_ADD_KEYPTR(hh, *list, listed->name, strlen(listed->name), listed);
	return listed;
}

/* A name that is no call's is worth a finding also where it is taken away, and changes nothing. */
static void note_gone(struct unit *unit, const char *name, size_t line)
{
	struct list_entry *gone;

	HASH_FIND_STR(unit->gone, name, gone);
	if (gone == NULL)
		gone = add(&unit->gone, name);
	gone->line = line;
}

static void forget(struct unit *unit, struct list_entry *listed)
{
	if (!listed->by_group)
		note_gone(unit, listed->name, listed->line);
	drop(&unit->list, listed);
}

static void reset(struct unit *unit)
{
	struct list_entry *listed, *next;

	HASH_ITER(hh, unit->list, listed, next) {
		forget(unit, listed);
	}
	unit->given = false;
}

/*
 * In a list of what is allowed, ~ takes a call away; since systemd 248, with an errno it gives the
 * call that verdict, whether it was in the list or not. In the other kind of list ~ adds, and an
 * assignment without it takes away.
 */
static int list_call(struct unit *unit, const char *name, const struct verdict *verdict,
		     bool by_group)
{
	struct list_entry *listed;

	HASH_FIND_STR(unit->list, name, listed);
	if (unit->inverted == unit->allows && verdict == NULL) {
		if (listed != NULL)
			forget(unit, listed);
		if (!by_group)
			note_gone(unit, name, unit->line);
		return 0;
	}
	if (listed == NULL) {
		if (HASH_COUNT(unit->list) >= OCI_RULES_MAX)
			return err_set(unit->err, EINVAL,
				       "%s:%zu: expected at most %d names, got more", unit->name,
				       unit->line, OCI_RULES_MAX);
		listed = add(&unit->list, name);
		listed->by_group = true;
	}
	listed->by_group = listed->by_group && by_group;
	if (!by_group)
		listed->line = unit->line;
	listed->has_verdict = verdict != NULL;
	if (verdict != NULL)
		listed->verdict = *verdict;
	return 0;
}

static void skip_group(const struct unit *unit, const char *word)
{
	cleanup_free const char **names = xcalloc(systemd_group_count, sizeof(*names));

	for (size_t i = 0; i < systemd_group_count; i++)
		names[i] = systemd_groups[i].name;
	unit_skip_unknown(unit, word, "no group of systemd 252", names, systemd_group_count);
}

static int list_group(struct unit *unit, const char *word, const struct verdict *verdict, int depth)
{
	const struct systemd_group *group = systemd_group_by_name(word);
	int r = 0;

	if (group == NULL || depth > GROUP_DEPTH) {
		skip_group(unit, word);
		return 0;
	}
	cleanup_free char *words = xstrdup(group->words);
	char *rest = words, *name;
	while (r == 0 && (name = strsep(&rest, " ")) != NULL)
		r = *name == '@' ? list_group(unit, name, verdict, depth + 1)
				 : list_call(unit, name, verdict, true);
	return r;
}

/* As systemd reads one: a number as in C, with 0b and 0o too, or a name in any letter case. */
static bool read_errno(const char *text, int *value)
{
	const char *digits = text;
	int base = 0;
	char *end;

	if (digits[0] == '0' && (digits[1] == 'b' || digits[1] == 'o')) {
		base = digits[1] == 'b' ? 2 : 8;
		digits += 2;
	}
	errno = 0;
	long number = strtol(digits, &end, base);
	if (end != digits && *end == '\0') {
		*value = (int)number;
		return errno == 0 && number >= 0 && number <= ERRNO_MAX;
	}
	cleanup_free char *upper = xstrdup(text);
	for (char *p = upper; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	*value = errno_by_name(upper);
	return *value > 0;
}

bool systemd_verdict(const char *text, struct verdict *verdict)
{
	int value;

	if (strcmp(text, "kill") == 0) {
		*verdict = (struct verdict){.action = ACTION_KILL_PROCESS};
		return true;
	}
	if (!read_errno(text, &value))
		return false;
	*verdict = (struct verdict){ACTION_ERRNO, true, (uint32_t)value};
	return true;
}

/* The verdict behind a colon, and the word without it. Returns false when systemd skips the word. */
static bool take_verdict(const struct unit *unit, char *word, char *colon, struct verdict *verdict)
{
	if (!systemd_verdict(colon + 1, verdict)) {
		unit_skip(unit, word,
			  "behind the colon it expects the name of an errno, a number from 0 to "
			  "4095 or kill");
		return false;
	}
	if (!unit->inverted) {
		unit_skip(unit, word, "a call that is allowed takes no errno");
		return false;
	}
	if (verdict->action == ACTION_ERRNO && verdict->errno_ret == 0)
		warnings_add(unit->reading->warnings, WARNING_NO_ERROR, unit->line,
			     "\"%.60s\": with 0, refused calls do nothing and report success",
			     word);
	*colon = '\0';
	return true;
}

/* In a list of what is refused. Whoever writes so mostly thinks that the list is of what is allowed. */
static void warn_nothing_taken(const struct unit *unit, const char *word)
{
	warnings_add(
		unit->reading->warnings, WARNING_SKIPPED, unit->line,
		"\"%.60s\" has no effect: the first SystemCallFilter= began with ~, so this takes "
		"away from what is refused, and it is not refused",
		word);
}

static bool is_known_word(const char *name)
{
	return *name == '@' ? systemd_group_by_name(name) != NULL : syscalls_known(name);
}

static int take_word(struct unit *unit, const char *name, const struct verdict *verdict)
{
	if (*name != '@')
		return list_call(unit, name, verdict, false);
	if (++unit->n_groups > GROUPS_MAX)
		return err_set(unit->err, EINVAL, "%s:%zu: expected at most %d groups, got more",
			       unit->name, unit->line, GROUPS_MAX);
	return list_group(unit, name, verdict, 0);
}

static int filter_word(struct unit *unit, char *word)
{
	struct verdict verdict, *given = NULL;
	char *colon = strchr(word, ':');
	cleanup_free char *name = xstrndup(word, strcspn(word, ":"));

	if (*name != '@' && !oci_is_name(name)) {
		unit_skip(unit, word, "no name of a system call or a group");
		return 0;
	}
	if (colon != NULL) {
		if (!take_verdict(unit, word, colon, &verdict))
			return 0;
		given = &verdict;
	}
	const unsigned int before = HASH_COUNT(unit->list);
	int r = take_word(unit, name, given);
	if (r == 0 && !unit->allows && !unit->inverted && HASH_COUNT(unit->list) == before &&
	    is_known_word(name))
		warn_nothing_taken(unit, name);
	return r;
}

/* The first assignment decides what kind of list it is. */
static int begin_list(struct unit *unit)
{
	if (unit->given)
		return 0;
	unit->given = true;
	unit->allows = !unit->inverted;
	return unit->allows ? list_group(unit, SYSTEMD_DEFAULT_GROUP, NULL, 0) : 0;
}

int systemd_filter_take(struct unit *unit, const char *value, size_t line)
{
	if (*value == '\0') {
		reset(unit);
		return 0;
	}
	unit->inverted = *value == '~';
	int r = begin_list(unit);
	if (r < 0)
		return r;
	return unit_take_words(unit, value + unit->inverted, line, false, filter_word);
}

static int compare_lines(const struct list_entry *a, const struct list_entry *b)
{
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void check_gone(struct unit *unit)
{
	struct reading *reading = unit->reading;
	struct list_entry *gone, *next, *listed;

	HASH_ITER(hh, unit->gone, gone, next) {
		HASH_FIND_STR(unit->list, gone->name, listed);
		if (listed == NULL || listed->by_group)
			known_check(&reading->known, gone->name, false, gone->line,
				    reading->warnings);
	}
}

void systemd_filter_finish(struct unit *unit)
{
	const struct verdict allow = {.action = ACTION_ALLOW};
	struct verdict usual = unit->allows ? allow : unit->refused;
	struct reading *reading = unit->reading;
	struct profile *profile = reading->profile;
	struct list_entry *listed, *next;

	profile->fallback = unit->given && unit->allows ? unit->refused : allow;
	HASH_SORT(unit->list, compare_lines);
	HASH_ITER(hh, unit->list, listed, next) {
		struct verdict verdict = listed->has_verdict ? listed->verdict : usual;

		if (listed->by_group && !known_exists(&reading->known, listed->name))
			continue;
		if (!listed->by_group)
			reading_check_name(reading, listed->name, verdict, listed->line);
		profile_add_rule(profile, listed->name, verdict, NULL, 0);
	}
	check_gone(unit);
}
