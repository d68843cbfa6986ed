#include "warnings.h"

#include <stdarg.h>
#include <stdlib.h>

#include "alloc.h"

static const char *const kind_names[WARNING_KINDS] = {
	[WARNING_UNKNOWN_NAME] = "unknown-name",
	[WARNING_OTHER_ABI] = "other-abi",
	[WARNING_NEWER_NAME] = "newer-name",
	[WARNING_NAME_KEY] = "name-key",
	[WARNING_ARCH_MAP] = "arch-map",
	[WARNING_FILTER] = "filter",
	[WARNING_MIN_KERNEL] = "min-kernel",
	[WARNING_ERRNO_TEXT] = "errno-text",
	[WARNING_NO_ERROR] = "no-error",
	[WARNING_CAPABILITY] = "capability",
	[WARNING_CONDITIONS] = "conditions",
	[WARNING_ALTERNATIVES] = "alternatives",
	[WARNING_VALUE_TWO] = "value-two",
	[WARNING_MULTIPLEXED] = "multiplexed",
	[WARNING_MISCOMPILED] = "miscompiled",
	[WARNING_OVERRULED] = "overruled",
	[WARNING_NOTIFY] = "notify",
	[WARNING_FLAGS] = "flags",
	[WARNING_ARCHITECTURE] = "architecture",
	[WARNING_ENTRIES] = "entries",
	[WARNING_SIZE] = "size",
	[WARNING_MARK] = "byte-order-mark",
	[WARNING_ABI] = "abi",
	[WARNING_CONFLICT] = "conflict",
	[WARNING_ENOSYS] = "enosys",
	[WARNING_INCOMPLETE] = "incomplete",
	[WARNING_SKIPPED] = "skipped",
	[WARNING_CHANGED] = "changed",
};

bool warnings_wanted(const struct warnings *warnings)
{
	return warnings != NULL && warnings->n < WARNINGS_MAX;
}

void warnings_add(struct warnings *warnings, enum warning_kind kind, size_t line, const char *fmt,
		  ...)
{
	va_list ap;

	if (!warnings_wanted(warnings))
		return;
	xgrow(&warnings->of, warnings->n, &warnings->cap, sizeof(*warnings->of));
	struct warning *warning = &warnings->of[warnings->n++];
	*warning = (struct warning){.kind = kind, .line = line};
	va_start(ap, fmt);
	warning->text = xvasprintf(fmt, ap);
	va_end(ap);
}

void warnings_sort(struct warnings *warnings)
{
	/* By insertion: they are nearly in order, and few. */
	for (size_t i = 1; i < warnings->n; i++) {
		struct warning moved = warnings->of[i];
		size_t at = i;

		for (; at > 0 && warnings->of[at - 1].line > moved.line; at--)
			warnings->of[at] = warnings->of[at - 1];
		warnings->of[at] = moved;
	}
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
	return kind_names[kind];
}
