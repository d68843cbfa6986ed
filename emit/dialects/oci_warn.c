#include "oci_warn.h"

#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cleanup.h"
#include "syscalls.h"
#include "text.h"

/* crun up to 1.8.1 at least has an array of so many, and stops there without a word. */
#define CRUN_CONDITIONS 6

/* ---- Conditions ----------------------------------------------------------------------------- */

/* Of a condition for equality the bits that it looks at, and what they are to be. */
struct bits {
	uint64_t mask, value;
};

static struct bits bits_of(const struct condition *c)
{
	if (c->op == COMPARE_EQ)
		return (struct bits){UINT64_MAX, c->value};
	return (struct bits){c->value, c->value_two & c->value};
}

/* Can no value meet all of these conditions for equality, or do all ask for the same? */
static bool exclude_each_other_or_agree(const struct oci_args *args)
{
	bool agree = true;

	for (size_t i = 0; i < args->n; i++)
		for (size_t k = 0; k < i; k++) {
			struct bits a = bits_of(&args->of[i]), b = bits_of(&args->of[k]);

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
static void warn_alternatives(const struct oci_args *args, struct reading *reading)
{
	bool plain = true;

	if (!args->alternatives)
		return;
	for (size_t i = 0; i < args->n; i++)
		plain = plain && args->of[i].index == args->of[0].index &&
			(args->of[i].op == COMPARE_EQ || args->of[i].op == COMPARE_MASKED_EQ);
	if (!plain || !exclude_each_other_or_agree(args))
		warnings_add(reading->warnings, WARNING_ALTERNATIVES, args->line,
			     "the entry has several conditions on one argument, so each of all its "
			     "conditions is a rule of its own: one that holds is enough");
}

static void warn_conditions(const struct oci_args *args, struct reading *reading)
{
	if (args->n > CRUN_CONDITIONS)
		warnings_add(reading->warnings, WARNING_CONDITIONS, args->line,
			     "%zu conditions in one entry: crun 1.8.1 silently ignores all but the "
			     "first %d; make several entries",
			     args->n, CRUN_CONDITIONS);
	for (size_t i = 0; i < args->n; i++)
		if (args->value_two_lines[i] != 0 && args->of[i].op != COMPARE_MASKED_EQ)
			warnings_add(reading->warnings, WARNING_VALUE_TWO, args->value_two_lines[i],
				     "\"valueTwo\" is ignored, except with SCMP_CMP_MASKED_EQ");
	warn_alternatives(args, reading);
}

/* ---- Names ---------------------------------------------------------------------------------- */

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
static void warn_multiplexed(const struct oci_name *name, struct reading *reading)
{
	char by[SYSCALL_NAME_MAX];
	uint32_t subcall;
	int32_t nr;

	for (size_t i = 0; i < reading->known.n_abis; i++) {
		const struct abi *abi = reading->known.abis[i];

		if (!syscalls_multiplexed(abi, name->text, &nr, &subcall) ||
		    !syscalls_name(abi, nr, by) || refuses(reading->profile, by))
			continue;
		warnings_add(reading->warnings, WARNING_MULTIPLEXED, name->line,
			     "on %s programs can make \"%s\" through %s, where its conditions see "
			     "other values, and none of argument 0 counts",
			     abi->name, name->text, by);
		return;
	}
}

/* runc 1.1.5 and crun 1.8.1 hand the 0 on to the kernel, which then skips the call and returns it. */
static void warn_no_error(struct verdict verdict, size_t zero_line, const char *key,
			  struct reading *reading)
{
	if (verdict.action == ACTION_ERRNO && zero_line != 0)
		warnings_add(reading->warnings, WARNING_NO_ERROR, zero_line,
			     "with \"%s\" 0, refused calls do nothing and report success", key);
}

static void warn_entry(const struct oci_entry *entry, struct reading *reading)
{
	if (entry->args.n > 0)
		warn_conditions(&entry->args, reading);
	warn_no_error(entry->verdict, entry->lines.zero, "errnoRet", reading);
	for (size_t i = 0; i < entry->n_names; i++) {
		if (entry->args.n > 0)
			warn_multiplexed(&entry->names[i], reading);
		if (entry->verdict.action == ACTION_NOTIFY &&
		    strcmp(entry->names[i].text, "write") == 0)
			warnings_add(reading->warnings, WARNING_NOTIFY, entry->names[i].line,
				     "runc refuses SCMP_ACT_NOTIFY for \"write\"");
	}
}

/* ---- The document --------------------------------------------------------------------------- */

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

static void warn_abis(struct reading *reading)
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
	const size_t line = reading->document->architectures_line;

	if (profile->n_abis == 0)
		warnings_add(reading->warnings, WARNING_ABI, reading->document->line,
			     "without \"architectures\" the profile is for the machine's own ABI "
			     "alone: calls of its other ones kill");
	for (size_t i = 0; i < profile->n_abis; i++) {
		const struct abi *abi = profile->abis[i];
		for (size_t k = 0; k < ARRAY_SIZE(strange); k++)
			if (strcmp(abi->name, strange[k].abi) == 0)
				warnings_add(reading->warnings, WARNING_ARCHITECTURE, line,
					     "%s does not know %s, and refuses the profile",
					     strange[k].runc, abi->oci);
		if (!syscalls_has_table(abi))
			warnings_add(reading->warnings, WARNING_ARCHITECTURE, line,
				     "libseccomp here has no calls of %s: what the profile means "
				     "there is not looked at",
				     abi->oci);
	}
	warn_byte_orders(line, reading);
}

/* `line` is where a call gets SCMP_ACT_NOTIFY; 0: none does. */
static void warn_listener(size_t line, struct reading *reading)
{
	const size_t path = reading->document->listener_line;

	if (line != 0 && path == 0)
		warnings_add(reading->warnings, WARNING_NOTIFY, line,
			     "runc refuses SCMP_ACT_NOTIFY without \"listenerPath\", and crun lets "
			     "such calls fail with ENOSYS");
	if (line == 0 && path != 0)
		warnings_add(reading->warnings, WARNING_NOTIFY, path,
			     "runc ignores \"listenerPath\" where no call gets SCMP_ACT_NOTIFY");
}

void oci_warn(struct reading *reading)
{
	const struct oci_document *document = reading->document;
	const struct verdict fallback = reading->profile->fallback;
	size_t notifies = 0;

	warn_abis(reading);
	warn_no_error(fallback, document->fallback.zero, "defaultErrnoRet", reading);
	if (document->flags_line != 0)
		warnings_add(reading->warnings, WARNING_FLAGS, document->flags_line,
			     "runc 1.1.5 refuses a profile that has flags");
	if (fallback.action == ACTION_NOTIFY) {
		notifies = document->fallback.action;
		warnings_add(reading->warnings, WARNING_NOTIFY, document->fallback.action,
			     "runc refuses SCMP_ACT_NOTIFY as the default action");
	}
	for (size_t i = 0; i < document->n_entries; i++) {
		const struct oci_entry *entry = &document->entries[i];

		warn_entry(entry, reading);
		if (entry->verdict.action == ACTION_NOTIFY && notifies == 0)
			notifies = entry->line;
	}
	warn_listener(notifies, reading);
}

/* ---- What is found while it is read --------------------------------------------------------- */

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
