#include "warnings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static const struct {
	const char *name;
	enum warning_said said;
	const char *one, *several; /* of those that are counted */
} kinds[WARNING_KINDS] = {
	[WARNING_UNKNOWN_NAME] = {.name = "unknown-name"},
	[WARNING_OTHER_ABI] = {.name = "other-abi"},
	[WARNING_NEWER_NAME] = {.name = "newer-name"},
	[WARNING_NAME_KEY] = {.name = "name-key"},
	[WARNING_ARCH_MAP] = {.name = "arch-map"},
	[WARNING_FILTER] = {.name = "filter"},
	[WARNING_MIN_KERNEL] = {.name = "min-kernel"},
	[WARNING_ERRNO_TEXT] = {.name = "errno-text"},
	[WARNING_NO_ERROR] = {.name = "no-error"},
	[WARNING_CAPABILITY] = {.name = "capability"},
	[WARNING_CONDITIONS] = {.name = "conditions"},
	[WARNING_ALTERNATIVES] = {.name = "alternatives"},
	[WARNING_VALUE_TWO] = {.name = "value-two"},
	[WARNING_MULTIPLEXED] = {.name = "multiplexed"},
	[WARNING_MISCOMPILED] = {.name = "miscompiled"},
	[WARNING_OVERRULED] = {.name = "overruled"},
	[WARNING_CONTRADICTION] = {.name = "contradiction"},
	[WARNING_MASK] = {.name = "mask"},
	[WARNING_CONSTANT] = {.name = "constant"},
	[WARNING_NOTIFY] = {.name = "notify"},
	[WARNING_FLAGS] = {.name = "flags"},
	[WARNING_ARCHITECTURE] = {.name = "architecture"},
	[WARNING_ENTRIES] = {.name = "entries"},
	[WARNING_SIZE] = {.name = "size"},
	[WARNING_MARK] = {.name = "byte-order-mark"},
	[WARNING_UNKNOWN_KEY] = {"unknown-key", WARNING_SAID_COUNTED, "unknown key",
				 "unknown keys"},
	[WARNING_KEY_CASE] = {"key-case", WARNING_SAID_COUNTED, "key in another letter case",
			      "keys in another letter case"},
	[WARNING_DUPLICATE_KEY] = {"duplicate-key", WARNING_SAID_COUNTED, "duplicate key",
				   "duplicate keys"},
	[WARNING_SYNTAX] = {"syntax", WARNING_SAID_COUNTED, "oddity of syntax",
			    "oddities of syntax"},
	[WARNING_NULL] = {"null", WARNING_SAID_COUNTED, "null", "nulls"},
	[WARNING_MISSING_KEY] = {"missing-key", WARNING_SAID_COUNTED, "missing key",
				 "missing keys"},
	[WARNING_ERRNO] = {"errno", WARNING_SAID_COUNTED, "errno that does not count as it is",
			   "errnos that do not count as they are"},
	[WARNING_ERRNO_RANGE] = {.name = "errno-range"},
	[WARNING_BAD_NAME] = {"bad-name", WARNING_SAID_COUNTED, "name of no system call",
			      "names of no system calls"},
	[WARNING_OFF] = {.name = "off", .said = WARNING_SAID_IN_FULL},
	[WARNING_EMPTY_ENTRY] = {"empty-entry", WARNING_SAID_COUNTED, "entry without a name",
				 "entries without a name"},
	[WARNING_DOCUMENT] = {"document", WARNING_SAID_COUNTED, "other document",
			      "other documents"},
	[WARNING_ABI] = {.name = "abi"},
	[WARNING_CONFLICT] = {.name = "conflict", .said = WARNING_SAID_IN_FULL},
	[WARNING_ENOSYS] = {.name = "enosys"},
	[WARNING_RESOURCE] = {.name = "resource"},
	[WARNING_INCOMPLETE] = {.name = "incomplete", .said = WARNING_SAID_IN_FULL},
	[WARNING_SKIPPED] = {.name = "skipped", .said = WARNING_SAID_IN_FULL},
	[WARNING_CHANGED] = {.name = "changed"},
};

bool warnings_wanted(const struct warnings *warnings, enum warning_kind kind)
{
	return warnings != NULL && warnings->of_kind[kind] < WARNINGS_MAX;
}

void warnings_count(struct warnings *warnings, enum warning_kind kind)
{
	if (warnings != NULL)
		warnings->of_kind[kind]++;
}

void warnings_add(struct warnings *warnings, enum warning_kind kind, size_t line, const char *fmt,
		  ...)
{
	va_list ap;

	bool wanted = warnings_wanted(warnings, kind);

	warnings_count(warnings, kind);
	if (!wanted)
		return;
	xgrow(&warnings->of, warnings->n, &warnings->cap, sizeof(*warnings->of));
	struct warning *warning = &warnings->of[warnings->n++];
	*warning = (struct warning){.kind = kind, .line = line};
	va_start(ap, fmt);
	warning->text = xvasprintf(fmt, ap);
	va_end(ap);
}

static int by_line(const void *one, const void *other)
{
	const struct warning *a = one, *b = other;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* An entry of several rules has the same to be said of each. They stay counted. */
static void drop_repeated(struct warnings *warnings)
{
	size_t kept = 0;

	for (size_t i = 0; i < warnings->n; i++) {
		struct warning *this = &warnings->of[i];
		const struct warning *last = kept > 0 ? &warnings->of[kept - 1] : NULL;

		if (last != NULL && last->line == this->line && last->kind == this->kind &&
		    strcmp(last->text, this->text) == 0) {
			free(this->text);
		} else {
			warnings->of[kept++] = *this;
		}
	}
	warnings->n = kept;
}

void warnings_sort(struct warnings *warnings)
{
	for (size_t i = 0; i < warnings->n; i++)
		warnings->of[i].order = i;
	if (warnings->n > 0)
		qsort(warnings->of, warnings->n, sizeof(*warnings->of), by_line);
	drop_repeated(warnings);
}

void warnings_release(struct warnings *warnings)
{
	for (size_t i = 0; i < warnings->n; i++)
		free(warnings->of[i].text);
	free(warnings->of);
	*warnings = (struct warnings){0};
}

const char *warning_kind_name(enum warning_kind kind)
{
	return kinds[kind].name;
}

enum warning_said warning_kind_said(enum warning_kind kind)
{
	return kinds[kind].said;
}

const char *warning_kind_noun(enum warning_kind kind, size_t n)
{
	return n == 1 ? kinds[kind].one : kinds[kind].several;
}
