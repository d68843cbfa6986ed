#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "hash.h"
#include "lines.h"
#include "nearest.h"
#include "oci.h"
#include "syscalls.h"
#include "systemd.h"
#include "systemd_groups.h"
#include "text.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* @system-service has groups, none of which has some. */
#define GROUP_DEPTH 4

enum setting { SETTING_OTHER, SETTING_FILTER, SETTING_ERRNO, SETTING_ABIS, SETTING_LOG };

static const struct {
	const char *key;
	enum setting setting;
} settings[] = {
	{"SystemCallFilter", SETTING_FILTER},
	{"SystemCallErrorNumber", SETTING_ERRNO},
	{"SystemCallArchitectures", SETTING_ABIS},
	{"SystemCallLog", SETTING_LOG},
};

/* A call of the list. */
struct listed {
	char *name; /* owned; the key */
	bool has_verdict;
	struct verdict verdict;
	size_t line;   /* where it was named; 0: by a group */
	bool by_group; /* only by groups, so it may be of another machine */
	UT_hash_handle hh;
};

struct unit {
	const char *name;
	struct reading *reading;
	struct err *err;
	size_t line;
	char *section; /* owned; NULL before the first */
	enum setting setting;
	bool inverted;  /* the assignment began with ~ */
	size_t n_words; /* of the assignment so far */
	bool given, allows;
	struct listed *list; /* owned: a hash table */
	bool has_errno;
	struct verdict refused; /* what SystemCallErrorNumber= says */
	bool has_abis, native;
	bool seen; /* a setting of ours */
};

bool systemd_recognises(const char *text)
{
	struct line line = {0};

	while (line_next(&text, &line)) {
		if (line_is_blank(&line, "#;"))
			continue;
		if (line_begins(&line, "SystemCall") && memchr(line.text, '=', line.len) != NULL)
			return true;
		return line.len > 2 && line.text[0] == '[' && line.text[line.len - 1] == ']' &&
		       line.text[1] >= 'A' && line.text[1] <= 'Z';
	}
	return false;
}

static int bad(const struct unit *unit, const char *expected, const char *word)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, word);
	return err_set(unit->err, EINVAL, "%s:%zu: expected %s, got \"%.60s\"", unit->name,
		       unit->line, expected, shown.s);
}

static void forget(struct unit *unit, struct listed *listed)
{
	HASH_DEL(unit->list, listed);
	free(listed->name);
	free(listed);
}

static void forget_all(struct unit *unit)
{
	struct listed *listed, *next;

	HASH_ITER(hh, unit->list, listed, next) {
		forget(unit, listed);
	}
	unit->given = false;
}

static int list_call(struct unit *unit, const char *name, const struct verdict *verdict,
		     bool by_group)
{
	struct listed *listed;

	HASH_FIND_STR(unit->list, name, listed);
	/* In a list of what is allowed, ~ takes away; in the other kind, its absence does. */
	if (unit->inverted == unit->allows) {
		if (listed != NULL)
			forget(unit, listed);
		return 0;
	}
	if (listed == NULL) {
		if (HASH_COUNT(unit->list) >= OCI_RULES_MAX)
			return err_set(unit->err, EINVAL,
				       "%s:%zu: expected at most %d names, got more", unit->name,
				       unit->line, OCI_RULES_MAX);
		listed = xcalloc(1, sizeof(*listed));
		listed->name = xstrdup(name);
		listed->by_group = true;
		HASH_ADD_KEYPTR(hh, unit->list, listed->name, strlen(listed->name), listed);
	}
	listed->by_group = listed->by_group && by_group;
	if (!by_group)
		listed->line = unit->line;
	listed->has_verdict = verdict != NULL;
	if (verdict != NULL)
		listed->verdict = *verdict;
	return 0;
}

static int unknown_group(const struct unit *unit, const char *word)
{
	cleanup_strbuf struct strbuf expected = STRBUF_INIT;
	cleanup_free const char **names = xcalloc(systemd_group_count, sizeof(*names));

	for (size_t i = 0; i < systemd_group_count; i++)
		names[i] = systemd_groups[i].name;
	const char *meant = nearest(word, names, systemd_group_count);
	strbuf_adds(&expected, "a group of systemd 252");
	if (meant != NULL)
		strbuf_addf(&expected, " (did you mean %s?)", meant);
	return bad(unit, expected.s, word);
}

static int list_group(struct unit *unit, const char *word, const struct verdict *verdict, int depth)
{
	const struct systemd_group *group = systemd_group_by_name(word);
	int r = 0;

	if (group == NULL || depth > GROUP_DEPTH)
		return unknown_group(unit, word);
	cleanup_free char *words = xstrdup(group->words);
	char *rest = words, *name;
	while (r == 0 && (name = strsep(&rest, " ")) != NULL)
		r = *name == '@' ? list_group(unit, name, verdict, depth + 1)
				 : list_call(unit, name, verdict, true);
	return r;
}

/*
 * "kill", the name of an errno or its number, from `min`. systemd takes such names in any letter
 * case, and a number that begins with 0 as it is taken in C.
 */
static int read_verdict(const struct unit *unit, const char *text, int min, struct verdict *verdict)
{
	cleanup_free char *upper = xstrdup(text);

	if (strcmp(text, "kill") == 0) {
		*verdict = (struct verdict){.action = ACTION_KILL_PROCESS};
		return 0;
	}
	if (text[0] == '0' && text[1] != '\0')
		return bad(unit, "a decimal number, which does not begin with 0", text);
	for (char *p = upper; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	int value = errno_by_name(upper);
	if (value < min)
		return bad(unit,
			   min > 0 ? "the name of an errno, a number from 1 to 4095 or kill"
				   : "the name of an errno, a number from 0 to 4095 or kill",
			   text);
	*verdict = (struct verdict){ACTION_ERRNO, true, (uint32_t)value};
	return 0;
}

/* A first word decides what kind of list it is. */
static int begin_list(struct unit *unit)
{
	if (unit->given)
		return 0;
	unit->given = true;
	unit->allows = !unit->inverted;
	return unit->allows ? list_group(unit, SYSTEMD_DEFAULT_GROUP, NULL, 0) : 0;
}

static int filter_word(struct unit *unit, char *word)
{
	struct verdict verdict, *given = NULL;
	char *colon = strchr(word, ':');
	int r = begin_list(unit);

	if (r < 0)
		return r;
	if (colon != NULL) {
		if (!unit->inverted)
			return bad(unit, "no :ERRNO behind a call that is allowed", word);
		*colon = '\0';
		r = read_verdict(unit, colon + 1, 0, &verdict);
		given = &verdict;
	}
	if (r < 0)
		return r;
	if (*word == '@')
		return list_group(unit, word, given, 0);
	if (!oci_is_name(word))
		return bad(unit, "the name of a system call or a group", word);
	return list_call(unit, word, given, false);
}

static int abi_word(struct unit *unit, const char *word)
{
	unit->has_abis = true;
	if (strcmp(word, "native") == 0) {
		unit->native = true;
		return 0;
	}
	for (size_t i = 0; i < abi_count; i++) {
		if (abi_table[i].systemd != NULL && strcmp(abi_table[i].systemd, word) == 0) {
			profile_add_abi(unit->reading->profile, &abi_table[i]);
			return 0;
		}
	}
	return bad(unit, "an architecture as systemd calls it (native, x86-64, arm64 ...)", word);
}

static int take_word(struct unit *unit, char *word)
{
	if (unit->n_words == 0 && *word == '~' && unit->setting == SETTING_FILTER) {
		unit->inverted = true;
		word++;
	}
	unit->n_words++;
	if (*word == '\0')
		return begin_list(unit);
	switch (unit->setting) {
	case SETTING_FILTER:
		return filter_word(unit, word);
	case SETTING_ABIS:
		return abi_word(unit, word);
	case SETTING_ERRNO:
		unit->has_errno = true;
		if (unit->n_words > 1)
			return bad(unit, "one errno", word);
		return read_verdict(unit, word, 1, &unit->refused);
	default:
		return 0;
	}
}

static int take_words(struct unit *unit, const char *text, size_t len)
{
	cleanup_free char *value = xstrndup(text, len);
	char *rest = value, *word;
	int r = 0;

	while (r == 0 && (word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			r = take_word(unit, word);
	return r;
}

/* An assignment without a word takes back what was said before. */
static void end_assignment(struct unit *unit)
{
	if (unit->n_words == 0) {
		if (unit->setting == SETTING_FILTER)
			forget_all(unit);
		else if (unit->setting == SETTING_ERRNO)
			unit->has_errno = false;
		else if (unit->setting == SETTING_ABIS) {
			unit->has_abis = unit->native = false;
			unit->reading->profile->n_abis = 0;
		}
	}
	unit->setting = SETTING_OTHER;
}

static enum setting setting_of(const char *key, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (strlen(settings[i].key) == len && memcmp(settings[i].key, key, len) == 0)
			return settings[i].setting;
	return SETTING_OTHER;
}

static int unknown_setting(const struct unit *unit, const char *key, size_t len)
{
	cleanup_free char *word = xstrndup(key, len);

	return bad(unit,
		   "SystemCallFilter=, SystemCallErrorNumber=, SystemCallArchitectures= or "
		   "SystemCallLog=",
		   word);
}

/* systemd does not know "systemcallfilter=", which is worth more than its remark in the journal. */
static bool begins_like(const struct line *line, const char *prefix)
{
	return line->len >= strlen(prefix) && strncasecmp(line->text, prefix, strlen(prefix)) == 0;
}

static int check_section(const struct unit *unit, const char *key, size_t len)
{
	static const char *const sections[] = {"Service", "Socket", "Mount", "Swap"};
	cleanup_free char *word = xstrndup(key, len);

	for (size_t i = 0; unit->section != NULL && i < ARRAY_SIZE(sections); i++)
		if (strcmp(unit->section, sections[i]) == 0)
			return 0;
	return bad(unit, "a section [Service] (or [Socket], [Mount], [Swap]) before it", word);
}

static void begin_section(struct unit *unit, const struct line *line)
{
	free(unit->section);
	unit->section = xstrndup(line->text + 1, line->len - 2);
}

/*
 * Does the next line continue this one? Only with a backslash as the very last character: one with
 * a blank behind it, which nobody sees, or with another before it belongs to the value.
 */
static int ends_open(const struct unit *unit, const struct line *line, bool *continues)
{
	char behind = line->text[line->len];
	size_t n = 0;

	while (n < line->len && line->text[line->len - 1 - n] == '\\')
		n++;
	bool blank = behind == ' ' || behind == '\t';
	*continues = n % 2 == 1 && !blank;
	if (n % 2 == 1 && blank && unit->setting != SETTING_OTHER)
		return err_set(unit->err, EINVAL,
			       "%s:%zu: expected nothing behind the backslash at the end, got a "
			       "blank, with which systemd does not go on to the next line",
			       unit->name, unit->line);
	return 0;
}

/* A line that does not continue the one before it. Sets *continues for the next. */
static int take_line(struct unit *unit, const struct line *line, bool *continues)
{
	const char *equals = memchr(line->text, '=', line->len);
	size_t len = equals != NULL ? (size_t)(equals - line->text) : line->len;

	if (line->text[0] == '[' && line->text[line->len - 1] == ']') {
		begin_section(unit, line);
		return 0;
	}
	while (len > 0 && (line->text[len - 1] == ' ' || line->text[len - 1] == '\t'))
		len--;
	unit->setting = equals != NULL ? setting_of(line->text, len) : SETTING_OTHER;
	unit->inverted = false;
	unit->n_words = 0;
	int r = ends_open(unit, line, continues);
	if (r < 0)
		return r;
	if (equals == NULL)
		return unknown_setting(unit, line->text, line->len);
	if (unit->setting == SETTING_OTHER)
		return begins_like(line, "SystemCall") ? unknown_setting(unit, line->text, len) : 0;
	r = check_section(unit, line->text, len);
	if (r < 0)
		return r;
	unit->seen = true;
	if (unit->setting == SETTING_LOG)
		warnings_add(unit->reading->warnings, WARNING_INCOMPLETE, line->number,
			     "SystemCallLog= is a filter of its own and not looked at");
	const char *value = equals + 1;
	return take_words(unit, value, line->len - (size_t)(value - line->text) - *continues);
}

static int read_lines(struct unit *unit, const char *text)
{
	struct line line = {0};
	bool continues = false;
	int r = 0;

	while (r == 0 && line_next(&text, &line)) {
		unit->line = line.number;
		if (line.len > 0 && strchr("#;", line.text[0]) != NULL)
			continue;
		if (continues) {
			r = ends_open(unit, &line, &continues);
			if (r == 0)
				r = take_words(unit, line.text, line.len - continues);
		} else if (line.len > 0) {
			r = take_line(unit, &line, &continues);
		}
		if (r == 0 && !continues)
			end_assignment(unit);
	}
	return r;
}

/* The ABIs of a machine, by its own. */
static void add_local_abis(struct profile *profile, const struct abi *own)
{
	static const char *const families[][3] = {
		{"x86_64", "x86", "x32"},        {"aarch64", "arm", NULL},
		{"ppc64", "ppc", NULL},          {"s390x", "s390", NULL},
		{"mips64", "mips", "mips64n32"}, {"mipsel64", "mipsel", "mipsel64n32"},
		{"parisc64", "parisc", NULL},
	};

	profile_add_abi(profile, own);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		for (size_t k = 1; k < 3 && strcmp(families[i][0], own->name) == 0; k++)
			if (families[i][k] != NULL)
				profile_add_abi(profile, abi_by_name(families[i][k]));
}

static void finish_abis(struct unit *unit)
{
	struct reading *reading = unit->reading;
	struct profile *profile = reading->profile;

	if (!unit->has_abis) {
		add_local_abis(profile, reading->own);
		warnings_add(
			reading->warnings, WARNING_ABI, unit->line,
			"without SystemCallArchitectures=native the list holds for all ABIs of "
			"the machine, though its calls may be dangerous on others");
	} else if (profile->n_abis > 0) {
		profile_add_abi(profile, reading->own);
	}
	reading_set_abis(reading, profile->abis, profile->n_abis);
}

static int compare_lines(const struct listed *a, const struct listed *b)
{
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void finish_list(struct unit *unit)
{
	struct reading *reading = unit->reading;
	struct profile *profile = reading->profile;
	struct verdict refused = {.action = ACTION_KILL_PROCESS};
	struct listed *listed, *next;

	if (unit->has_errno)
		refused = unit->refused;
	profile->fallback =
		unit->given && unit->allows ? refused : (struct verdict){.action = ACTION_ALLOW};
	HASH_SORT(unit->list, compare_lines);
	HASH_ITER(hh, unit->list, listed, next) {
		struct verdict verdict = {.action = ACTION_ALLOW};

		if (listed->by_group && !known_exists(&reading->known, listed->name))
			continue;
		if (!unit->allows)
			verdict = listed->has_verdict ? listed->verdict : refused;
		if (!listed->by_group)
			reading_check_name(reading, listed->name, verdict, listed->line);
		profile_add_rule(profile, listed->name, verdict, NULL, 0);
	}
}

int systemd_read(const char *name, const char *text, struct reading *reading, struct err *err)
{
	struct unit unit = {.name = name, .reading = reading, .err = err};
	int r = read_lines(&unit, text);

	if (r == 0 && !unit.seen)
		r = err_set(err, EINVAL,
			    "%s:%zu: a unit file without SystemCallFilter=, "
			    "SystemCallArchitectures= or SystemCallErrorNumber=, so without a "
			    "seccomp profile",
			    name, unit.line);
	if (r == 0) {
		finish_abis(&unit);
		finish_list(&unit);
	}
	forget_all(&unit);
	free(unit.section);
	return r;
}
