#include "oci_warn.h"

#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "hash.h"
#include "oci_parts.h"
#include "syscalls.h"
#include "text.h"

/* crun up to 1.8.1 at least has an array of so many, and stops there without a word. */
#define CRUN_CONDITIONS 6

/* The list under a key, or false when there is none. */
static const char *text_of(const struct node *node)
{
	return json_object_is_type(node->value, json_type_string)
		       ? json_object_get_string(node->value)
		       : "";
}

static const char *text_at(const struct node *object, const char *key)
{
	struct node node;

	return node_get(object, key, &node) ? text_of(&node) : "";
}

static uint64_t number_at(const struct node *object, const char *key)
{
	struct node node;

	return node_get(object, key, &node) ? json_object_get_uint64(node.value) : 0;
}

static bool is_notify(const char *action)
{
	return strcmp(action, "SCMP_ACT_NOTIFY") == 0;
}

static bool is_equality(const char *op)
{
	return strcmp(op, "SCMP_CMP_EQ") == 0 || strcmp(op, "SCMP_CMP_MASKED_EQ") == 0;
}

/* Of a condition for equality the bits that it looks at, and what they are to be. */
struct bits {
	uint64_t mask, value;
};

static struct bits bits_of(const struct node *arg)
{
	uint64_t value = number_at(arg, "value");

	if (strcmp(text_at(arg, "op"), "SCMP_CMP_EQ") == 0)
		return (struct bits){UINT64_MAX, value};
	return (struct bits){value, number_at(arg, "valueTwo") & value};
}

/* Can no value meet all of these conditions for equality, or do all ask for the same? */
static bool exclude_each_other_or_agree(const struct node *args)
{
	bool agree = true;

	for (size_t i = 0; i < node_length(args); i++)
		for (size_t k = 0; k < i; k++) {
			struct node one = node_item(args, i), other = node_item(args, k);
			struct bits a = bits_of(&one), b = bits_of(&other);

			if (((a.value ^ b.value) & a.mask & b.mask) != 0)
				return true;
			agree = agree && a.mask == b.mask;
		}
	return agree;
}

/*
 * That one of several values is enough is what everybody means who asks for equality alone, of one
 * argument that can't have two of them at a time. In other entries it surprises: of two masks both
 * were to hold.
 */
static void warn_alternatives(const struct node *args, struct reading *reading)
{
	unsigned seen = 0;
	bool repeats = false, plain = true;

	for (size_t i = 0; i < node_length(args); i++) {
		struct node arg = node_item(args, i);
		unsigned bit = 1u << number_at(&arg, "index");

		repeats = repeats || (seen & bit) != 0;
		seen |= bit;
		plain = plain && seen == bit && is_equality(text_at(&arg, "op"));
	}
	plain = plain && repeats && exclude_each_other_or_agree(args);
	if (repeats && !plain)
		warnings_add(reading->warnings, WARNING_ALTERNATIVES, args->key_line,
			     "the entry has several conditions on one argument, so each of all its "
			     "conditions is a rule of its own: one that holds is enough");
}

static void warn_conditions(const struct node *args, struct reading *reading)
{
	size_t n = node_length(args);

	if (n > CRUN_CONDITIONS)
		warnings_add(reading->warnings, WARNING_CONDITIONS, args->key_line,
			     "%zu conditions in one entry: crun 1.8.1 silently ignores all but the "
			     "first %d; make several entries",
			     n, CRUN_CONDITIONS);
	for (size_t i = 0; i < n; i++) {
		struct node arg = node_item(args, i), value;

		if (node_get(&arg, "valueTwo", &value) && number_at(&arg, "valueTwo") != 0 &&
		    strcmp(text_at(&arg, "op"), "SCMP_CMP_MASKED_EQ") != 0)
			warnings_add(reading->warnings, WARNING_VALUE_TWO, value.key_line,
				     "\"valueTwo\" is ignored, except with SCMP_CMP_MASKED_EQ");
	}
	warn_alternatives(args, reading);
}

/* Only a rule of its own without conditions overrides what the rules of its parts make for it. */
static bool refuses(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];
		if (rule->n_conditions == 0 && strcmp(rule->name, name) == 0 &&
		    !profile_is_default(profile, rule->verdict))
			return rule->verdict.action != ACTION_ALLOW &&
			       rule->verdict.action != ACTION_LOG;
	}
	return false;
}

/* libseccomp allows or refuses the part all the same, with conditions that see something else. */
static void warn_multiplexed(const struct node *name, struct reading *reading)
{
	char by[SYSCALL_NAME_MAX];
	uint32_t subcall;
	int32_t nr;

	for (size_t i = 0; i < reading->known.n_abis; i++) {
		const struct abi *abi = reading->known.abis[i];

		if (!syscalls_multiplexed(abi, text_of(name), &nr, &subcall) ||
		    !syscalls_name(abi, nr, by) || refuses(reading->profile, by))
			continue;
		warnings_add(reading->warnings, WARNING_MULTIPLEXED, name->line,
			     "on %s programs can make \"%s\" through %s, where its conditions see "
			     "other values, and none of argument 0 counts",
			     abi->name, text_of(name), by);
		return;
	}
}

static void warn_names(const struct node *entry, bool conditions, bool notify,
		       struct reading *reading)
{
	struct node names, name;
	size_t n = node_get_array(entry, "names", &names) ? node_length(&names) : 0;
	bool one = n == 0 && node_get(entry, "name", &name);

	for (size_t i = 0; i < n + one; i++) {
		if (i < n)
			name = node_item(&names, i);
		else
			(void)node_get(entry, "name", &name);
		if (conditions)
			warn_multiplexed(&name, reading);
		if (notify && strcmp(text_of(&name), "write") == 0)
			warnings_add(reading->warnings, WARNING_NOTIFY, name.line,
				     "runc refuses SCMP_ACT_NOTIFY for \"write\"");
	}
}

/* runc 1.1.5 and crun 1.8.1 hand the 0 on to the kernel, which then skips the call and returns it. */
static void warn_no_error(const struct node *object, const char *action_key, const char *errno_key,
			  struct reading *reading)
{
	struct node node;

	if (strcmp(text_at(object, action_key), "SCMP_ACT_ERRNO") == 0 &&
	    node_get(object, errno_key, &node) && number_at(object, errno_key) == 0 &&
	    !json_object_is_type(node.value, json_type_string))
		warnings_add(reading->warnings, WARNING_NO_ERROR, node.key_line,
			     "with \"%s\" 0, refused calls do nothing and report success",
			     errno_key);
}

/* Returns whether the entry notifies. */
static bool warn_entry(const struct node *entry, struct reading *reading)
{
	bool notify = is_notify(text_at(entry, "action"));
	struct node args;
	bool conditions = node_get_array(entry, "args", &args) && node_length(&args) > 0;

	if (conditions)
		warn_conditions(&args, reading);
	warn_no_error(entry, "action", "errnoRet", reading);
	warn_names(entry, conditions, notify, reading);
	return notify;
}

/* A filter of libseccomp's is for one byte order. */
static void warn_byte_orders(size_t line, struct reading *reading)
{
	const struct profile *profile = reading->profile;

	for (size_t i = 1; i < profile->n_abis; i++)
		if (((profile->abis[i]->audit ^ profile->abis[0]->audit) & __AUDIT_ARCH_LE) != 0) {
			warnings_add(reading->warnings, WARNING_ARCHITECTURE, line,
				     "%s and %s differ in their byte order: runc and crun refuse "
				     "the profile",
				     profile->abis[0]->oci, profile->abis[i]->oci);
			return;
		}
}

static void warn_abis(const struct node *object, struct reading *reading)
{
	static const struct {
		const char *abi;
		const char *runc; /* which one: a later one may know it */
	} strange[] = {
		{"parisc", "runc"},
		{"parisc64", "runc"},
		{"m68k", "runc"},
		{"sh", "runc"},
		{"sheb", "runc"},
		{"riscv64", "runc 1.1.5"},
		{"loongarch64", "runc 1.1.5"},
	};
	const struct profile *profile = reading->profile;
	struct node list = *object;

	if (profile->n_abis == 0)
		warnings_add(reading->warnings, WARNING_ABI, object->line,
			     "without \"architectures\" the profile is for the machine's own ABI "
			     "alone: calls of its other ones kill");
	(void)node_get_array(object, "architectures", &list);
	for (size_t i = 0; i < profile->n_abis; i++) {
		const struct abi *abi = profile->abis[i];
		for (size_t k = 0; k < ARRAY_SIZE(strange); k++)
			if (strcmp(abi->name, strange[k].abi) == 0)
				warnings_add(reading->warnings, WARNING_ARCHITECTURE, list.line,
					     "%s does not know %s, and refuses the profile",
					     strange[k].runc, abi->oci);
		if (!syscalls_has_table(abi))
			warnings_add(reading->warnings, WARNING_ARCHITECTURE, list.line,
				     "libseccomp here has no calls of %s: what the profile means "
				     "there is not looked at",
				     abi->oci);
	}
	warn_byte_orders(list.line, reading);
}

/* runc and Podman load both; crun refuses where "names" is missing, and loads an empty list. */
void oci_warn_empty(const struct node *entry, struct reading *reading)
{
	warnings_add(reading->warnings, WARNING_EMPTY_ENTRY, entry->line,
		     "the entry names no call, so it has no effect");
}

void oci_warn_no_errno(const struct node *node, enum action action)
{
	warnings_add(node->tree->warnings, WARNING_ERRNO, node->key_line,
		     "%s takes no errno: runc ignores \"%s\", crun refuses the profile",
		     action_oci_name(action), node->label);
}

/* The kernel takes 4095, too; runc 1.1.5 and crun 1.8.1 fail when libseccomp 2.5.4 does not. */
#define LIBSECCOMP_ERRNO_MAX 4094

void oci_warn_errno_range(const struct node *node, struct verdict verdict)
{
	if (verdict.action == ACTION_ERRNO && verdict.errno_ret > LIBSECCOMP_ERRNO_MAX)
		warnings_add(node->tree->warnings, WARNING_ERRNO_RANGE, node->line,
			     "libseccomp takes no errno above %d: runc, crun and Podman refuse the "
			     "profile",
			     LIBSECCOMP_ERRNO_MAX);
}

/* runc 1.1.5 refuses an empty name, and skips all others that libseccomp does not resolve. */
void oci_warn_bad_name(const struct node *node, const char *name)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;

	strbuf_add_quoted(&shown, name);
	warnings_add(node->tree->warnings, WARNING_BAD_NAME, node->line,
		     "%s is no name of a system call: %s", shown.s,
		     *name == '\0' ? "crun and Podman skip it, runc refuses the profile"
				   : "runtimes skip it silently");
}

static void warn_listener(const struct node *object, bool notifies, size_t line,
			  struct reading *reading)
{
	struct node path;
	bool has_path = node_get(object, "listenerPath", &path);

	if (notifies && !has_path)
		warnings_add(reading->warnings, WARNING_NOTIFY, line,
			     "runc refuses SCMP_ACT_NOTIFY without \"listenerPath\", and crun lets "
			     "such calls fail with ENOSYS");
	if (!notifies && has_path)
		warnings_add(reading->warnings, WARNING_NOTIFY, path.key_line,
			     "runc ignores \"listenerPath\" where no call gets SCMP_ACT_NOTIFY");
}

void oci_warn(const struct node *object, struct reading *reading)
{
	struct node syscalls, flags, fallback;
	size_t n = node_get_array(object, "syscalls", &syscalls) ? node_length(&syscalls) : 0;
	size_t notifies = 0;

	warn_abis(object, reading);
	warn_no_error(object, "defaultAction", "defaultErrnoRet", reading);
	if (node_get_array(object, "flags", &flags) && node_length(&flags) > 0)
		warnings_add(reading->warnings, WARNING_FLAGS, flags.key_line,
			     "runc 1.1.5 refuses a profile that has flags");
	if (node_get(object, "defaultAction", &fallback) && is_notify(text_of(&fallback))) {
		notifies = fallback.line;
		warnings_add(reading->warnings, WARNING_NOTIFY, fallback.line,
			     "runc refuses SCMP_ACT_NOTIFY as the default action");
	}
	for (size_t i = 0; i < n; i++) {
		struct node entry = node_item(&syscalls, i);
		bool notify = warn_entry(&entry, reading);

		if (notify && notifies == 0)
			notifies = entry.line;
	}
	warn_listener(object, notifies > 0, notifies, reading);
}

/* What rules said of a name. */
struct said {
	char *name; /* owned; the key */
	bool plain; /* without conditions: */
	struct verdict verdict;
	size_t line;
	size_t with_conditions; /* so many rules */
	bool order,
		wide; /* one of them compares by order; with large values or several arguments */
	UT_hash_handle hh;
};

static struct said *said_of(struct reading *reading, const char *name)
{
	struct said *said;

	HASH_FIND_STR(reading->said, name, said);
	if (said == NULL) {
		said = xcalloc(1, sizeof(*said));
		said->name = xstrdup(name);
		HASH_ADD_KEYPTR(hh, reading->said, said->name, strlen(said->name), said);
	}
	return said;
}

/* Of several rules without conditions for one name, runtimes take one. */
static void warn_overruled(struct reading *reading, struct said *said, struct verdict verdict,
			   size_t line)
{
	const struct verdict fallback = reading->profile->fallback;

	if (!said->plain) {
		said->plain = true;
		said->verdict = verdict;
		said->line = line;
		return;
	}
	if (verdict_same_effect(verdict, said->verdict))
		return;
	/* The first; but a rule that says what the default says is left out, wherever it stands. */
	bool later = verdict_same_effect(said->verdict, fallback);
	enum action lost = later ? said->verdict.action : verdict.action;
	enum action kept = later ? verdict.action : said->verdict.action;
	warnings_add(reading->warnings, WARNING_OVERRULED, later ? said->line : line,
		     "\"%s\" is %s here, but %s in line %zu, which is what counts", said->name,
		     action_oci_name(lost),
		     lost == kept ? "has another errno" : action_oci_name(kept),
		     later ? line : said->line);
	if (later) {
		said->verdict = verdict;
		said->line = line;
	}
}

static bool is_order(enum compare op)
{
	return op == COMPARE_LT || op == COMPARE_LE || op == COMPARE_GE || op == COMPARE_GT;
}

/*
 * Tried with libseccomp 2.5.4 and thousands of filters: one rule alone, EQ, NE and MASKED_EQ, and
 * order comparisons of one argument with values of 32 bits come out right; of others up to a
 * half allow or refuse what no rule says.
 */
static void warn_miscompiled(struct reading *reading, struct said *said,
			     const struct oci_args *args, size_t line)
{
	bool warned = said->with_conditions > 1 && said->order && said->wide;

	said->with_conditions += args->alternatives ? args->n : 1;
	said->wide = said->wide || (!args->alternatives && args->n > 1);
	for (size_t i = 0; i < args->n; i++) {
		if (!is_order(args->of[i].op))
			continue;
		said->order = true;
		said->wide = said->wide || args->of[i].value > UINT32_MAX;
	}
	if (!warned && said->with_conditions > 1 && said->order && said->wide)
		warnings_add(reading->warnings, WARNING_MISCOMPILED, line,
			     "libseccomp before 2.6.1 may make another filter of the several rules "
			     "for \"%s\", one of which compares by order (GHSA-4q85-33p6-j5g6)",
			     said->name);
}

void oci_warn_rule(struct reading *reading, const char *name, struct verdict verdict,
		   const struct oci_args *args, size_t line)
{
	if (reading->warnings == NULL)
		return;
	if (args->n == 0)
		warn_overruled(reading, said_of(reading, name), verdict, line);
	else if (!profile_is_default(reading->profile, verdict))
		warn_miscompiled(reading, said_of(reading, name), args, line);
}

void oci_warn_release(struct reading *reading)
{
	struct said *said, *next;

	HASH_ITER(hh, reading->said, said, next) {
		HASH_DEL(reading->said, said);
		free(said->name);
		free(said);
	}
}
