#include <errno.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "cleanup.h"
#include "lines.h"
#include "systemd.h"
#include "systemd_filter.h"
#include "systemd_unit.h"
#include "text.h"
#include "unit_file.h"

/* Sections that have such settings, each in units of its own kind. */
static const struct {
	const char *section, *suffix;
} kinds[] = {
	{"Service", "service"},
	{"Socket", "socket"},
	{"Mount", "mount"},
	{"Swap", "swap"},
};

/*
 * Does the line, which is not the first, begin a section with such settings? A unit that is a text in
 * YAML is indented.
 */
static bool begins_kind(const struct line *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i].section);

		if (strchr("\r\n", line->text[-1]) != NULL && line->len == len + 2 &&
		    line->text[0] == '[' && line->text[len + 1] == ']' &&
		    memcmp(line->text + 1, kinds[i].section, len) == 0)
			return true;
	}
	return false;
}

/* systemd skips sections and lines that mean nothing to it, also those before all others. */
static bool has_kind(const char *text, struct line *line)
{
	while (line_next(&text, line))
		if (begins_kind(line))
			return true;
	return false;
}

bool systemd_recognises(const char *text)
{
	struct line line = {0};

	while (line_next(&text, &line)) {
		if (line_is_blank(&line, "#;"))
			continue;
		bool upper = line.text[0] >= 'A' && line.text[0] <= 'Z';
		const char *equals = memchr(line.text, '=', line.len);
		if (upper && equals != NULL && line_begins(&line, "SystemCall"))
			return true;
		/* Other assignments before the first section are skipped. YAML has a colon there. */
		if (upper && equals != NULL &&
		    memchr(line.text, ':', (size_t)(equals - line.text)) == NULL)
			continue;
		return (line.len > 2 && line.text[0] == '[' && line.text[line.len - 1] == ']' &&
			line.text[1] >= 'A' && line.text[1] <= 'Z') ||
		       has_kind(text, &line);
	}
	return false;
}

static int abi_word(struct unit *unit, char *word)
{
	const struct abi *meant = abi_by_any_name(word);
	cleanup_strbuf struct strbuf why = STRBUF_INIT;

	if (strcmp(word, "native") == 0) {
		unit->has_abis = true;
		return 0;
	}
	if (meant != NULL && meant->systemd != NULL && strcmp(meant->systemd, word) == 0) {
		profile_add_abi(unit->reading->profile, meant);
		unit->has_abis = true;
		return 0;
	}
	strbuf_adds(&why, "no architecture as systemd calls it (native, x86-64, arm64 ...)");
	if (meant != NULL && meant->systemd != NULL)
		strbuf_addf(&why, "; did you mean \"%s\"?", meant->systemd);
	unit_skip(unit, word, why.s);
	return 0;
}

static int take_abis(struct unit *unit, const char *value, size_t line)
{
	if (*value != '\0')
		return unit_take_words(unit, value, line, true, abi_word);
	unit->has_abis = false;
	unit->reading->profile->n_abis = 0;
	return 0;
}

static int take_errno(struct unit *unit, const char *value, size_t line)
{
	struct verdict refused = {.action = ACTION_KILL_PROCESS};
	bool valid = *value == '\0' || systemd_verdict(value, &refused);

	unit->line = line;
	if (valid && (refused.action != ACTION_ERRNO || refused.errno_ret > 0))
		unit->refused = refused;
	else
		unit_skip(unit, value,
			  "it expects the name of an errno, a number from 1 to 4095 or kill");
	return 0;
}

/* Those that make the profile; of others it is only told that they are there. */
static const struct {
	const char *key;
	int (*take)(struct unit *unit, const char *value, size_t line);
} settings[] = {
	{"SystemCallFilter", systemd_filter_take},
	{"SystemCallErrorNumber", take_errno},
	{"SystemCallArchitectures", take_abis},
};

/* Its position in `settings`, or one past the end. */
static size_t setting_of(const char *key)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(settings) && strcmp(settings[i].key, key) != 0)
		i++;
	return i;
}

/* systemd does not know "systemcallfilter=", which is worth more than its remark in the journal. */
static void check_unknown(const struct unit *unit, const char *key)
{
	static const char *const known[] = {"SystemCallFilter", "SystemCallErrorNumber",
					    "SystemCallArchitectures", "SystemCallLog"};

	const char *meant = systemd_other_meant(key);

	if (strncasecmp(key, "SystemCall", strlen("SystemCall")) == 0)
		unit_skip_unknown(unit, key, "no setting of systemd", known, ARRAY_SIZE(known));
	else if (meant != NULL)
		unit_skip_unknown(unit, key, "no setting of systemd 252", &meant, 1);
}

static bool ends_with(const char *text, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	if (len < n || memcmp(text + len - n, suffix, n) != 0)
		return false;
	return len == n || text[len - n - 1] == '.' || text[len - n - 1] == '/';
}

/* Is the document one of this kind by its name, x.KIND or a file in x.KIND.d or KIND.d? */
static bool is_of_kind(const char *name, const char *suffix)
{
	const char *slash = strrchr(name, '/');
	size_t folder = slash != NULL ? (size_t)(slash - name) : 0;

	if (ends_with(name, strlen(name), suffix))
		return true;
	return folder > 2 && memcmp(slash - 2, ".d", 2) == 0 && ends_with(name, folder - 2, suffix);
}

/* Has systemd such settings in this section of this document? NULL: before the first one. */
static bool section_counts(const struct unit *unit, const char *section)
{
	bool named = false, counts = false;

	for (size_t i = 0; section != NULL && i < ARRAY_SIZE(kinds); i++)
		counts = counts || strcmp(section, kinds[i].section) == 0;
	for (size_t i = 0; counts && i < ARRAY_SIZE(kinds); i++)
		if (is_of_kind(unit->name, kinds[i].suffix)) {
			named = true;
			if (strcmp(section, kinds[i].section) == 0)
				return true;
		}
	return counts && !named;
}

static int take_assignment(struct unit *unit, const struct unit_line *line, bool counts)
{
	size_t i = setting_of(line->text);
	bool other = systemd_is_other(line->text);

	unit->line = line->number;
	if (i == ARRAY_SIZE(settings) && !other) {
		check_unknown(unit, line->text);
		return 0;
	}
	if (!counts) {
		unit_skip(unit, line->text,
			  "such settings belong into [Service] (in units of other kinds [Socket], "
			  "[Mount] or [Swap]), and it stands elsewhere");
		return 0;
	}
	if (other) {
		const char *wrong =
			systemd_others_take(&unit->others, line->text, line->value, line->number);
		if (wrong != NULL)
			unit_skip(unit, line->value, wrong);
		return 0;
	}
	unit->seen = true;
	return settings[i].take(unit, line->value, line->value_number);
}

static int read_lines(struct unit *unit, const char *text)
{
	struct unit_file file = {.name = unit->name, .rest = text, .text = STRBUF_INIT};
	struct unit_line line;
	bool counts = section_counts(unit, NULL);
	int r;

	while ((r = unit_file_next(&file, &line, unit->err)) > 0) {
		unit->line = line.number;
		if (line.kind == UNIT_SECTION)
			counts = section_counts(unit, line.text);
		else if (line.kind == UNIT_JUNK)
			unit_skip(unit, line.text, "no section, and no setting with \"=\"");
		else
			r = take_assignment(unit, &line, counts);
		if (r < 0)
			break;
	}
	unit->line = file.line;
	strbuf_release(&file.text);
	return r;
}

/* The ABIs of a machine, by its own. */
static void add_local_abis(struct profile *profile, const struct abi *own)
{
	profile_add_abi(profile, own);
	for (size_t i = 0; i < abi_count; i++)
		if (abi_of_host(&abi_table[i]) == own)
			profile_add_abi(profile, &abi_table[i]);
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

/* There is no list of calls, but there may be filters. */
static int without_list(const struct unit *unit)
{
	size_t line;
	const char *other = systemd_others_first(&unit->others, &line);

	if (other != NULL)
		return err_set(
			unit->err, EINVAL,
			"%s:%zu: the filter that %s= brings is not looked at, and there is no "
			"other; expected SystemCallFilter=, SystemCallArchitectures= or "
			"SystemCallErrorNumber=",
			unit->name, line, other);
	return err_set(unit->err, EINVAL,
		       "%s:%zu: a unit file without SystemCallFilter=, "
		       "SystemCallArchitectures= or SystemCallErrorNumber=, so without a "
		       "seccomp profile",
		       unit->name, unit->line);
}

int systemd_read(const char *name, const char *text, struct reading *reading, struct err *err)
{
	struct unit unit = {.name = name,
			    .reading = reading,
			    .err = err,
			    .refused = {.action = ACTION_KILL_PROCESS}};
	int r = read_lines(&unit, text);

	systemd_others_warn(&unit.others, reading->warnings);
	if (r == 0 && !unit.seen)
		r = without_list(&unit);
	if (r == 0) {
		finish_abis(&unit);
		systemd_filter_finish(&unit);
	}
	systemd_filter_release(&unit);
	return r;
}
