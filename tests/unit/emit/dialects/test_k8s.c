/* Dialect k8s: what is written, what is refused, and what cannot be said in it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "documents.h"
#include "k8s.h"
#include "strbuf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define API "apiVersion: security-profiles-operator.x-k8s.io/v1beta1\n"
#define HEAD API "kind: SeccompProfile\nmetadata: {name: my-app}\n"
#define ALLOW "spec: {defaultAction: SCMP_ACT_ALLOW, architectures: [SCMP_ARCH_NATIVE]}\n"
#define V1_LIST "apiVersion: v1\nkind: List\nitems:\n"
/* Four lines. */
#define ITEM API "  kind: SeccompProfile\n  metadata: {name: a}\n  " ALLOW
#define SPEC HEAD "spec:\n  defaultAction: SCMP_ACT_ERRNO\n"

static const struct verdict allow = {ACTION_ALLOW, false, 0};
static const struct verdict eperm = {ACTION_ERRNO, true, EPERM};
static const struct context named = {.name = "my-app"};

static void test_written(void **state)
{
	static const char expected[] = SPEC "  architectures:\n"
					    "  - SCMP_ARCH_X86_64\n"
					    "  syscalls:\n"
					    "  - names:\n"
					    "    - read\n"
					    "    - write\n"
					    "    action: SCMP_ACT_ALLOW\n"
					    "  - names:\n"
					    "    - clone\n"
					    "    action: SCMP_ACT_ALLOW\n"
					    "    args:\n"
					    "    - index: 0\n"
					    "      value: 9223372036854775807\n"
					    "      valueTwo: 0\n"
					    "      op: SCMP_CMP_MASKED_EQ\n";
	const struct condition mask = {0, COMPARE_MASKED_EQ, INT64_MAX, 0};
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_free char *text = strdup(expected);

	(void)state;
	profile->fallback = eperm;
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_rule(profile, "write", allow, NULL, 0);
	profile_add_rule(profile, "read", allow, NULL, 0);
	profile_add_rule(profile, "clone", allow, &mask, 1);
	write_text_as(profile, "k8s", &named, &out);
	/* The writer puts the name on a line of its own. */
	char *brace = strstr(text, "{name: my-app}");
	cleanup_free char *block = xasprintf("%.*s\n  name: my-app%s", (int)(brace - text) - 1,
					     text, brace + strlen("{name: my-app}"));
	assert_string_equal(out.s, block);
	struct profile *again = read_text(out.s);
	assert_true(profile_equal(profile, again));
	profile_free(again);
	profile_free(profile);
}

/* The only rule of this name, or NULL. */
static const struct rule *find(const struct profile *profile, const char *name)
{
	const struct rule *found = NULL;

	for (size_t i = 0; i < profile->n_rules; i++) {
		if (strcmp(profile->rules[i].name, name) != 0)
			continue;
		if (found != NULL)
			fail_msg("two rules for %s", name);
		found = &profile->rules[i];
	}
	return found;
}

/* ENOSYS cannot be the default, but what matters can have it. */
static void test_enosys(void **state)
{
	const struct condition equal = {0, COMPARE_EQ, 0, 0};
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_rule(profile, "statx", allow, NULL, 0);
	profile_add_rule(profile, "openat2", allow, &equal, 1);
	write_text_as(profile, "k8s", &named, &out);
	struct profile *read = read_text(out.s);
	assert_true(verdict_equal(read->fallback, eperm));
	const struct rule *clone3 = find(read, "clone3");
	assert_non_null(clone3);
	assert_true(verdict_equal(clone3->verdict, (struct verdict){ACTION_ERRNO, true, ENOSYS}));
	assert_non_null(find(read, "faccessat2"));
	assert_non_null(find(read, "rseq"));
	assert_int_equal(find(read, "statx")->verdict.action, ACTION_ALLOW);
	/* A second rule would decide about the call whatever its arguments are. */
	assert_int_equal(find(read, "openat2")->n_conditions, 1);
	/* A call of 32-bit ABIs. */
	assert_null(find(read, "futex_time64"));
	profile_free(read);
	profile_free(profile);
}

/* Beside EPERM as the default a rule with EPERM is left out by runtimes, and another one counts. */
static void test_refusals(void **state)
{
	const struct condition vsock = {0, COMPARE_EQ, 40, 0}, other = {0, COMPARE_NE, 16, 0},
			       netlink = {0, COMPARE_EQ, 16, 0};

	const struct context context = {.name = "x"};
	struct profile *profile = profile_new(), *read;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_rule(profile, "socket", eperm, &vsock, 1);
	profile_add_rule(profile, "socket", eperm, &netlink, 1);
	profile_add_rule(profile, "socket", profile->fallback, &netlink, 1);
	profile_add_rule(profile, "socket", allow, &other, 1);
	expect_write_warnings(
		profile, "k8s", &context, &out,
		"dialect k8s has EPERM as the default, beside which a rule that says the same is "
		"left out: \"socket\" gets EACCES instead where it has that\n"
		"dialect k8s has no default errno: ENOSYS is written for 53 newer calls, any other "
		"call gets EPERM\n");
	read = read_text(out.s);
	const struct verdict expected[] = {allow, eperm, {ACTION_ERRNO, true, EACCES}};
	size_t n = 0;
	for (size_t i = 0; i < read->n_rules; i++) {
		if (strcmp(read->rules[i].name, "socket") != 0)
			continue;
		assert_true(n < ARRAY_SIZE(expected));
		assert_true(verdict_equal(read->rules[i].verdict, expected[n++]));
	}
	assert_int_equal(n, ARRAY_SIZE(expected));
	profile_free(read);
	profile_free(profile);
}

static void test_unwritable(void **state)
{
	const struct condition large = {2, COMPARE_EQ, UINT64_C(1) << 63, 0};
	const struct context wrong = {.name = "My_App"};
	const struct context none = {0};
	struct profile *profile = profile_new();

	(void)state;
	profile->fallback = eperm;
	expect_unwritable(profile, "k8s", &none, "a Kubernetes resource needs a name");
	expect_unwritable(profile, "k8s", &wrong,
			  "\"My_App\" is no name for a Kubernetes resource: expected a DNS name "
			  "(a-z, 0-9, - and ., at most 253 characters)");
	profile_add_rule(profile, "a", allow, &large, 1);
	expect_unwritable(profile, "k8s", &named,
			  "dialect k8s has no numbers from 2^63 on; a condition of a has "
			  "9223372036854775808");
	profile_free(profile);
	profile = profile_new();
	profile->fallback.errno_ret = EACCES;
	expect_unwritable(profile, "k8s", &named,
			  "dialect k8s has no default errno but EPERM, or ENOSYS for newer calls; "
			  "this profile has 13");
	profile->fallback = eperm;
	profile_add_abi(profile, abi_by_name("loongarch64"));
	expect_unwritable(profile, "k8s", &named, "dialect k8s does not know the ABI loongarch64");
	profile_free(profile);
	profile = profile_new();
	profile->listener_path = xstrdup("/run/x");
	expect_unwritable(profile, "k8s", &named,
			  "dialect k8s has listeners below /var/run/security-profiles-operator/ "
			  "only");
	profile_free(profile);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"apiVersion: v1\nkind: Pod\n",
		 "f:1: apiVersion: expected the operator's API, got \"v1\"; known: "
		 "security-profiles-operator.x-k8s.io/v1beta1, "
		 "security-profiles-operator.x-k8s.io/v1"},
		{"kind: SeccompProfile\n",
		 "f:1: expected the key \"apiVersion\", which is missing"},
		{API "kind: SeccompProfiles\n",
		 "f:2: kind: expected a kind of resource, got \"SeccompProfiles\", did you mean "
		 "\"SeccompProfile\"?"},
		{API "kind: SeccompProfile\nmetadata: {name: My_App}\nspec: {}\n",
		 "f:3: name: expected a DNS name (a-z, 0-9, - and ., at most 253 characters), got "
		 "\"My_App\""},
		{API "kind: SeccompProfile\nmetadata: {}\nspec: {}\n",
		 "f:3: expected the key \"name\", which is missing"},
		{HEAD, "f:1: expected the key \"spec\", which is missing"},
		{HEAD "spec: {}\n", "f:4: expected the key \"defaultAction\", which is missing"},
		{SPEC "  architectures:\n  - SCMP_ARCH_LOONGARCH64\n",
		 "f:7: architectures: expected an architecture that the resource knows, got "
		 "\"SCMP_ARCH_LOONGARCH64\""},
		{SPEC "  syscalls:\n  - names: [a, b,\n      a]\n    action: SCMP_ACT_ALLOW\n",
		 "f:8: names: expected each name once in an entry, got \"a\""},
		{SPEC "  syscalls:\n  - names: [a]\n    action: SCMP_ACT_ALLOW\n    args:\n    - "
		      "{index: 0, value: 9223372036854775808, op: SCMP_CMP_EQ}\n",
		 "f:10: value: expected a whole number from 0 to 9223372036854775807, got "
		 "9223372036854775808"},
		{SPEC "  syscalls:\n  - names: [a]\n    action: SCMP_ACT_ALLOW\n    args:\n"
		      "    - {index: 0, value: 1, op: SCMP_CMP_EQ}\n"
		      "    - {index: 0, value: 2, op: SCMP_CMP_EQ}\n"
		      "    - {index: 0, value: 3, op: SCMP_CMP_EQ}\n"
		      "    - {index: 0, value: 4, op: SCMP_CMP_EQ}\n"
		      "    - {index: 0, value: 5, op: SCMP_CMP_EQ}\n"
		      "    - {index: 0, value: 6, op: SCMP_CMP_EQ}\n"
		      "    - {index: 0, value: 7, op: SCMP_CMP_EQ}\n",
		 "f:10: args: expected at most 6 conditions, got 7"},
		{SPEC "  syscalls:\n  - names: []\n    action: SCMP_ACT_ALLOW\n",
		 "f:7: names: expected at least one name, got an array"},
		{SPEC "  syscalls:\n  - names: [a]\n    action: SCMP_ACT_ALLOW\n    args:\n    - "
		      "{value: 1, op: SCMP_CMP_EQ}\n",
		 "f:10: expected the key \"index\", which is missing"},
		{SPEC "---\n" SPEC,
		 "f:7: expected one profile, got several: the first is in line 1"},
		{SPEC "  listenerPath: /run/x\n",
		 "f:6: listenerPath: expected a path below /var/run/security-profiles-operator/, "
		 "got \"/run/x\""},
		{SPEC "  state: \"Off\"\n",
		 "f:6: state: expected a state, got \"Off\"; known: Enabled, Disabled"},
		{SPEC "  state: Off\n", "f:6: state: expected a string, got false"},
		{SPEC "  disabled: 1\n", "f:6: disabled: expected true or false, got 1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_refused(bad[i].text, bad[i].message);
}

static void test_accepted(void **state)
{
	const struct context arm = {.abi = abi_by_name("aarch64")};
	struct profile *profile = read_text_as(
		"{\"apiVersion\": \"security-profiles-operator.x-k8s.io/v1\", \"kind\": "
		"\"SeccompProfile\", \"metadata\": {\"name\": \"a.b\", \"labels\": "
		"{\"x\": \"y\"}, \"uid\": \"1\"}, \"status\": {\"status\": "
		"\"Installed\"}, \"spec\": {\"defaultAction\": \"SCMP_ACT_LOG\", "
		"\"architectures\": [\"SCMP_ARCH_NATIVE\"], \"disabled\": false}}",
		&arm, NULL);

	(void)state;
	assert_int_equal(profile->fallback.action, ACTION_LOG);
	assert_string_equal(profile->abis[0]->name, "aarch64");
	profile_free(profile);
}

static void test_warnings(void **state)
{
	const struct context here = {.abi = abi_by_name("x86_64")};

	(void)state;
	expect_warnings(SPEC "  baseProfileName: runc-v1.4.2\n  state: Disabled\n"
			     "  architectures: [SCMP_ARCH_NATIVE]\n",
			&here,
			"6: the operator adds the rules of the base profile \"runc-v1.4.2\", which "
			"are not in this document\n"
			"7: the profile is disabled: the operator does not install it\n");
	/* "Whether the profile is disabled and should be skipped during reconciliation." */
	expect_warnings(SPEC "  disabled: true\n  architectures: [SCMP_ARCH_NATIVE]\n", &here,
			"6: the profile is disabled: the operator does not install it\n");
	expect_warnings(SPEC "  disabled: false\n  architectures: [SCMP_ARCH_NATIVE]\n", &here, "");
}

/* Of metadata. */
static void test_metadata(void **state)
{
	const struct context here = {.abi = abi_by_name("x86_64")};
	const char *apply = "3: kubectl apply refuses \"generateName\" without \"name\"; kubectl "
			    "create takes it\n";

	(void)state;
#define METADATA(members) API "kind: SeccompProfile\nmetadata: {" members "}\n" ALLOW
	expect_warnings(METADATA("name: a, namespace: b"), &here,
			"3: \"namespace\" means nothing: with current versions of the operator the "
			"resource is the whole cluster's\n");
	expect_warnings(METADATA("name: a, namespace: ''"), &here, "");
	expect_warnings(METADATA("generateName: a-"), &here, apply);
	expect_warnings(METADATA("name: '', generateName: a"), &here, apply);
	expect_warnings(METADATA("name: a, generateName: b-"), &here, "");
	expect_refused(METADATA("generateName: ''"),
		       "f:3: expected the key \"name\", which is missing");
	expect_refused(METADATA("generateName: a_"),
		       "f:3: generateName: expected the beginning of a DNS name (a-z, 0-9, - and "
		       "., at most 253 characters), got \"a_\"");
	expect_refused(METADATA("generateName: '-'"),
		       "f:3: generateName: expected the beginning of a DNS name (a-z, 0-9, - and "
		       "., at most 253 characters), got \"-\"");
	expect_refused(METADATA("name: ''"), "f:3: name: expected a DNS name (a-z, 0-9, - and ., "
					     "at most 253 characters), got \"\"");
	expect_refused(METADATA("name: a, namespace: 1"),
		       "f:3: namespace: expected a string, got 1");
	expect_warnings(
		METADATA("name: a, nmae: b, label: {}, uid: u, creationTimestamp: null"), &here,
		"3: unknown key \"nmae\", which Kubernetes drops, and kubectl refuses unless "
		"it has --validate=ignore; did you mean \"name\"?\n"
		"3: unknown key \"label\", which Kubernetes drops, and kubectl refuses unless "
		"it has --validate=ignore; did you mean \"labels\"?\n");
	expect_warnings(METADATA("name: a, labels: {x: v, Z: , a/b: ''}, annotations: {q: '1'}"),
			&here, "");
	expect_refused(METADATA("name: a, labels: [x]"),
		       "f:3: labels: expected an object, got an array");
	expect_refused(METADATA("name: a, labels: {x: v, z: 1}"),
		       "f:3: z: expected a string, got 1");
	expect_refused(METADATA("name: a, annotations: {on: true}"),
		       "f:3: on: expected a string, got true");
#undef METADATA
}

/* kubectl annotate --local of version 1.32 prints the profile of each of these, and others. */
static void test_lists(void **state)
{
	const struct context here = {.abi = abi_by_name("x86_64")};
	static const char other[] = "3: 1 of the items here is no profile, and not looked at\n";

	(void)state;
	expect_warnings(V1_LIST "- " ITEM, &here, "");
	expect_warnings(V1_LIST "- " ITEM "- {apiVersion: v1, kind: Pod}\n", &here, other);
	expect_warnings(V1_LIST "- {}\n- " ITEM, &here, other);
	expect_warnings(API "kind: SeccompProfileList\nmetadata: {resourceVersion: ''}\nitems:\n"
			    "- metadata: {name: a}\n  spec: {defaultAction: SCMP_ACT_ALLOW, "
			    "architectures: [SCMP_ARCH_NATIVE]}\n",
			&here, "");
	/* Among documents a list counts as what is in it. */
	expect_warnings("kind: Pod\n---\n" V1_LIST "- " ITEM, &here,
			"1: 1 of the documents here is no profile, and not looked at\n");
	expect_refused(V1_LIST "- " ITEM "---\n" HEAD ALLOW,
		       "f:9: expected one profile, got several: the first is in line 1");
	expect_refused(V1_LIST "- " ITEM "- " ITEM,
		       "f:8: expected one profile, got several: the first is in line 4");
	expect_refused(V1_LIST "- {apiVersion: v1, kind: Pod}\n",
		       "f:3: a list without a resource of kind SeccompProfile");
	expect_refused(V1_LIST "- metadata: {name: a}\n",
		       "f:3: a list without a resource of kind SeccompProfile");
	expect_refused(V1_LIST "- null\n", "f:4: items: expected an object, got null");
	expect_refused(V1_LIST "- kind: SeccompProfile\n",
		       "f:4: expected the key \"apiVersion\", which is missing");
}

static void test_names(void **state)
{
	char part[65], name[256];

	(void)state;
	memset(part, 'a', sizeof(part));
	part[63] = '\0';
	assert_true(k8s_is_name(part));
	(void)strcat(part, "a");
	assert_false(k8s_is_name(part));
	part[63] = '\0';
	(void)snprintf(name, sizeof(name), "%s.%s.%s.%s", part, part, part, part);
	assert_int_equal(strlen(name), 255);
	assert_false(k8s_is_name(name));
	name[253] = '\0';
	assert_true(k8s_is_name(name));
	assert_true(k8s_is_name("a"));
	assert_true(k8s_is_name("0-a.b9"));
	assert_false(k8s_is_name(""));
	assert_false(k8s_is_name("-a"));
	assert_false(k8s_is_name("a-"));
	assert_false(k8s_is_name("a..b"));
	assert_false(k8s_is_name(".a"));
	assert_false(k8s_is_name("A"));
	assert_false(k8s_is_name("a b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),  cmocka_unit_test(test_enosys),
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_refused),  cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_warnings), cmocka_unit_test(test_names),
		cmocka_unit_test(test_metadata), cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
