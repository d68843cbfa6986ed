#include "vocabulary.h"

#include <string.h>
#include <strings.h>

#include "array.h"
#include "format.h"
#include "layers.h"

static const struct {
	const char *name;
	enum action action;
} default_actions[] = {
	{"errno", ACTION_ERRNO},
	{"kill", ACTION_KILL_THREAD},
	{"kill-thread", ACTION_KILL_THREAD},
	{"kill-process", ACTION_KILL_PROCESS},
	{"trap", ACTION_TRAP},
	{"trace", ACTION_TRACE},
	{"log", ACTION_LOG},
	{"allow", ACTION_ALLOW},
};

/* What --caps takes beside names of capabilities. */
static const char *const caps_words[] = {"default", "all", "none"};

static const char *const report_names[] = {
	[REPORT_TEXT] = "text",
	[REPORT_JSON] = "json",
	[REPORT_MARKDOWN] = "markdown",
};

static const char *const fail_on_names[] = {
	[FAIL_ON_ANY] = "any",
	[FAIL_ON_WIDENED] = "widened",
	[FAIL_ON_RISKY] = "risky",
};

#define N_FAIL_ON ARRAY_SIZE(fail_on_names)
#define N_ACTIONS ARRAY_SIZE(default_actions)
#define N_CAPS ARRAY_SIZE(caps_words)
#define N_REPORTS ARRAY_SIZE(report_names)

const char *vocabulary_word(enum value_kind kind, size_t n)
{
	switch (kind) {
	case VALUE_DIALECT:
		return dialect_name(n);
	case VALUE_REPORT:
		return n < N_REPORTS ? report_names[n] : NULL;
	case VALUE_FAIL_ON:
		return n < N_FAIL_ON ? fail_on_names[n] : NULL;
	case VALUE_RUNTIME:
		return layers_runtime_name(n);
	case VALUE_LAYER:
		return layers_builtin_name(n);
	case VALUE_BUILTIN_LAYER:
		return n == 0 ? "all" : layers_builtin_name(n - 1);
	case VALUE_ABI:
		return n < abi_count ? abi_table[n].name : NULL;
	case VALUE_ACTION:
		return n < N_ACTIONS ? default_actions[n].name : NULL;
	case VALUE_CAPS:
		return n < N_CAPS ? caps_words[n] : NULL;
	case VALUE_NONE:
	case VALUE_TEXT:
	case VALUE_TUNING:
	case VALUE_FILE:
	case VALUE_ERRNO:
		break;
	}
	return NULL;
}

bool vocabulary_action(const char *name, enum action *action)
{
	for (size_t i = 0; i < N_ACTIONS; i++) {
		if (strcmp(default_actions[i].name, name) == 0) {
			*action = default_actions[i].action;
			return true;
		}
	}
	/* As a default, NOTIFY would stop every call; runtimes refuse it. */
	*action = action_by_oci_name(name);
	return *action != ACTION_INVALID && *action != ACTION_NOTIFY;
}

bool vocabulary_report(const char *name, enum report_format *report)
{
	for (size_t i = 0; i < N_REPORTS; i++) {
		if (strcasecmp(report_names[i], name) == 0) {
			*report = (enum report_format)i;
			return true;
		}
	}
	return false;
}

bool vocabulary_fail_on(const char *name, enum fail_on *fail_on)
{
	for (size_t i = 0; i < N_FAIL_ON; i++) {
		if (strcmp(fail_on_names[i], name) == 0) {
			*fail_on = (enum fail_on)i;
			return true;
		}
	}
	return false;
}
