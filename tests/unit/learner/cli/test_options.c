/*
 * Command lines: what is understood, and what is said of the others.
 *
 * Longer than others: command lines and what is said of them stand beside each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "option_parser.h"

#define MAX_ARGS 16

static struct options o;
static struct err err;

static int teardown(void **state)
{
	(void)state;
	options_release(&o);
	err_done(&err);
	return 0;
}

/* Parses a command line given as words with one blank between them. */
static int parse(const char *line)
{
	static char words[1024];
	static char *argv[MAX_ARGS + 1];
	int argc = 0;
	char *rest = words, *word;

	teardown(NULL);
	(void)snprintf(words, sizeof(words), "seccomp-learn%s%s", *line != '\0' ? " " : "", line);
	while ((word = strsep(&rest, " ")) != NULL) {
		assert_true(argc < MAX_ARGS);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	return options_parse(argc, argv, &o, &err);
}

static void good(const char *line)
{
	int r = parse(line);

	if (r != 0)
		fail_msg("'%s': %s", line, err_text(&err));
}

/* The command line is refused, in these words. */
static void bad(const char *line, const char *message)
{
	if (parse(line) != -EINVAL)
		fail_msg("'%s' was accepted", line);
	assert_string_equal(err_text(&err), message);
}

static void spellings(void **state)
{
	static const char *const same[] = {
		"generate -o out a.rec",       "generate -oout a.rec",
		"generate --output out a.rec", "generate --output=out a.rec",
		"generate a.rec -o out",       "generate -q -oout a.rec",
		"generate -qo out a.rec",      "generate -qoout a.rec",
		"generate -o out -- a.rec",    "generate -o x -o out a.rec",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		good(same[i]);
		assert_int_equal(o.command, CMD_GENERATE);
		assert_string_equal(o.output, "out");
		assert_int_equal(o.n_args, 1);
		assert_string_equal(o.args[0], "a.rec");
		assert_null(o.args[1]);
	}
}

static void operands_after_two_dashes(void **state)
{
	(void)state;
	good("generate -- -q --output - a");
	assert_int_equal(o.n_args, 4);
	assert_false(o.quiet);
	assert_null(o.output);
}

static void record_leaves_the_workload_alone(void **state)
{
	(void)state;
	good("record -q make -o x --yaml -- -q");
	assert_true(o.quiet);
	assert_null(o.output);
	assert_false(o.style.yaml);
	assert_int_equal(o.n_args, 6);
	assert_string_equal(o.args[0], "make");
	assert_string_equal(o.args[4], "--");
	good("record -q -- -strange -o x");
	assert_string_equal(o.args[0], "-strange");
	assert_int_equal(o.n_args, 3);
	good("record -- -- x");
	assert_string_equal(o.args[0], "--");
}

static void record_writes_something(void **state)
{
	(void)state;
	good("record true");
	assert_string_equal(o.profile, "seccomp.json");
	assert_true(o.profile_unasked);
	assert_false(o.force);
	assert_null(o.output);
	good("record -p seccomp.json true");
	assert_false(o.profile_unasked);
	good("record -o a.rec true");
	assert_null(o.profile);
	good("record -o a.rec -p p.yaml --stop-with-main true");
	assert_string_equal(o.profile, "p.yaml");
	assert_true(o.stop_with_main);
	good("generate a.rec");
	assert_null(o.profile);
	bad("record -p 4242 true",
	    "-p names a file for the profile; was --pid 4242 meant? A process that runs already "
	    "can't be recorded, only a command that is started; for a file of that name write -p "
	    "./4242");
	bad("record -p 4242",
	    "-p names a file for the profile; was --pid 4242 meant? A process that runs already "
	    "can't be recorded, only a command that is started; for a file of that name write -p "
	    "./4242");
	good("record -p ./4242 true");
	good("record --force -p 4242 true");
	good("record -p 4242.json true");
	bad("record -o x -p x true",
	    "the recording (-o) and the profile (-p) need two names, not 'x' twice");
	bad("record -o - -p - true",
	    "the recording (-o) and the profile (-p) need two names, not '-' twice");
}

static void known_recordings(void **state)
{
	(void)state;
	good("record true");
	assert_int_equal(o.n_known, 0);
	bad("record --known a.rec --known=- -o a.rec --known - true --known x",
	    "only one --known can be standard input");
	good("record --known b.rec --known=- -o b.rec --known a.rec true --known x");
	assert_int_equal(o.n_known, 3);
	assert_string_equal(o.known[0], "b.rec");
	assert_string_equal(o.known[1], "-");
	assert_string_equal(o.known[2], "a.rec");
	assert_int_equal(o.n_args, 3);
	bad("record --known", "option '--known' needs an argument REC");
	bad("record --known= true", "--known: the file's name is empty");
	bad("generate --known a.rec b.rec", "'generate' has no option '--known'; 'record' has");
	bad("record --knwon a.rec true", "unknown option '--knwon'; did you mean '--known'?");
	bad("record --baseline a.rec true",
	    "'record' has no option '--baseline': what an earlier recording holds counts as learnt "
	    "with --known RECORDING");
}

static void assert_fallback(const char *line, enum action action, bool has_errno, uint32_t value)
{
	good(line);
	assert_int_equal(o.target.fallback.action, action);
	assert_int_equal(o.target.fallback.has_errno, has_errno);
	assert_int_equal(o.target.fallback.errno_ret, value);
}

static void fallbacks(void **state)
{
	(void)state;
	assert_fallback("generate a", ACTION_ERRNO, true, ENOSYS);
	assert_fallback("generate --default-errno EPERM a", ACTION_ERRNO, true, EPERM);
	assert_fallback("generate --default-errno 13 a", ACTION_ERRNO, true, 13);
	assert_fallback("generate --default-action kill a", ACTION_KILL_THREAD, false, 0);
	assert_fallback("generate --default-action SCMP_ACT_KILL_PROCESS a", ACTION_KILL_PROCESS,
			false, 0);
	assert_fallback("record --default-action log true", ACTION_LOG, false, 0);
	assert_fallback("generate --default-errno 1 --default-action errno a", ACTION_ERRNO, true,
			1);
	bad("generate --default-errno 1 --default-action kill a",
	    "--default-errno goes with '--default-action errno' only");
	bad("generate --default-errno 0 a",
	    "--default-errno: unknown errno '0'; expected a name such as ENOSYS or a number from 1 "
	    "to 4095");
	bad("generate --default-action kil a",
	    "--default-action: unknown ACTION 'kil'; did you mean 'kill'?");
	bad("generate --default-action SCMP_ACT_NOTIFY a",
	    "--default-action: unknown ACTION 'SCMP_ACT_NOTIFY'; known: errno, kill, kill-thread, "
	    "kill-process, trap, trace, log, allow");
}

static void vocabularies(void **state)
{
	(void)state;
	good("generate --abi x86 --layer ./a --layer b.layer --no-layer core --layer core a");
	assert_ptr_equal(o.target.abi, abi_by_name("x86"));
	assert_int_equal(o.layers.n, 4);
	assert_string_equal(o.layers.of[2].name, "core");
	assert_false(o.layers.of[2].wanted);
	assert_true(o.layers.of[3].wanted);
	good("generate --for runc --for=crun-nnp --layer runc a");
	assert_int_equal(o.layers.n, 3);
	assert_string_equal(o.layers.of[0].name, "runc");
	assert_string_equal(o.layers.of[1].name, "crun-nnp");
	assert_string_equal(o.layers.of[2].name, "runc");
	assert_true(o.layers.of[0].wanted && o.layers.of[1].wanted && o.layers.of[2].wanted);
	good("generate --no-layer all a");
	good("diff --format markdown a b");
	assert_int_equal(o.report, REPORT_MARKDOWN);
	good("diff -fjson a b");
	assert_int_equal(o.report, REPORT_JSON);
}

static void unknown_words(void **state)
{
	(void)state;
	bad("diff -f jsn a b", "--format: unknown FORMAT 'jsn'; did you mean 'json'?");
	bad("record -f -o x true",
	    "--format: unknown DIALECT '-o'; strace's -f is not needed: all threads "
	    "and children are always followed");
	bad("record -ff true",
	    "--format: unknown DIALECT 'f'; strace's -f is not needed: all threads and "
	    "children are always followed");
	bad("record -c true",
	    "'record' has no option '-c': it is learnt which calls are made, not how "
	    "often: 'show RECORDING' prints them");
	bad("generate -f oic a", "--format: unknown DIALECT 'oic'; did you mean 'oci'?");
	bad("generate --layer vsdo a", "--layer: unknown LAYER 'vsdo'; did you mean 'vdso'?");
	bad("generate --layer all a",
	    "--layer: unknown LAYER 'all'; known: core, vdso, runc, runc-nnp, crun, crun-nnp, "
	    "variants, or a file (NAME.layer, ./NAME)");
	bad("generate --no-layer ./x a",
	    "--no-layer: unknown LAYER './x'; known: all, core, vdso, runc, runc-nnp, crun, "
	    "crun-nnp, variants");
	bad("generate --for rucn a", "--for: unknown RUNTIME 'rucn'; did you mean 'runc'?");
	bad("generate --for gvisor a",
	    "--for: unknown RUNTIME 'gvisor'; known: runc, runc-nnp, crun, crun-nnp "
	    "(Docker and containerd normally start runc, Podman and CRI-O crun or runc)");
	bad("generate --for vdso a",
	    "--for: unknown RUNTIME 'vdso'; known: runc, runc-nnp, crun, crun-nnp "
	    "(Docker and containerd normally start runc, Podman and CRI-O crun or runc)");
	bad("generate --for ./x a",
	    "--for: unknown RUNTIME './x'; known: runc, runc-nnp, crun, crun-nnp "
	    "(Docker and containerd normally start runc, Podman and CRI-O crun or runc)");
	bad("record --for Docker true",
	    "--for: 'Docker' has a runtime start its containers, normally runc; known: runc, "
	    "runc-nnp, crun, crun-nnp");
	/* Only two letters from crun. */
	bad("generate --for crio a",
	    "--for: 'crio' has a runtime start its containers, normally crun or runc; known: "
	    "runc, runc-nnp, crun, crun-nnp");
}

static void options_that_mean_nothing(void **state)
{
	(void)state;
	bad("generate --yaml --json a", "--yaml and --json exclude each other");
#define NO_PROFILE                                                                             \
	" is about a profile, and -o alone writes a recording: add -p PROFILE, or give it to " \
	"'generate'"
	bad("record -o a --for runc true", "--for" NO_PROFILE);
	bad("record -o a --abi x86 true", "--abi" NO_PROFILE);
	bad("record --default-action log --yaml -o a true", "--yaml" NO_PROFILE);
	bad("record --name a -o x -p y true", "--name goes with '-f k8s' only");
	bad("generate --name a -f systemd r", "--name goes with '-f k8s' only");
	bad("merge --name a r", "--name goes with '-f k8s' only");
	good("record -o a -p b --for runc --yaml true");
	good("record -f k8s --name a true");
}

/* What people type who know other tools. */
static void synonyms(void **state)
{
	static const struct {
		const char *word, *abi;
	} abis[] = {
		{"amd64", "x86_64"},
		{"x64", "x86_64"},
		{"x86-64", "x86_64"},
		{"i386", "x86"},
		{"i686", "x86"},
		{"arm64", "aarch64"},
		{"armhf", "arm"},
		{"armv7l", "arm"},
		{"AMD64", "x86_64"},
		{"ppc64el", "ppc64le"},
		{"s390x", "s390x"},
		{"SCMP_ARCH_ARM", "arm"},
		{"loong64", "loongarch64"},
		{"mips64el", "mipsel64"},
	};
	static const struct {
		const char *word, *dialect;
	} dialects[] = {
		{"kubernetes", "k8s"}, {"spo", "k8s"},
		{"Kubernetes", "k8s"}, {"crio", "podman"},
		{"containerd", "oci"}, {"runc", "oci"},
		{"bubblewrap", "bpf"}, {"minijail0", "minijail"},
		{"unit", "systemd"},   {"OCI", "oci"},
		{"Docker", "docker"},  {"K8s", "k8s"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(abis) / sizeof(abis[0]); i++) {
		cleanup_free char *line = xasprintf("generate --abi %s a", abis[i].word);
		good(line);
		assert_ptr_equal(o.target.abi, abi_by_name(abis[i].abi));
		assert_ptr_equal(o.context.abi, o.target.abi);
	}
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		cleanup_free char *line = xasprintf("generate -f %s a", dialects[i].word);
		good(line);
		assert_ptr_equal(o.style.dialect, dialect_by_name(dialects[i].dialect));
	}
	good("diff -f md a b");
	assert_int_equal(o.report, REPORT_MARKDOWN);
	good("diff -f JSON a b");
	assert_int_equal(o.report, REPORT_JSON);
	bad("generate -f json a",
	    "--format: 'json' is how a dialect is written: say it with --json");
	bad("generate -f yml a", "--format: 'yml' is how a dialect is written: say it with --yaml");
}

/* A near word is another machine: only the letters of one in another order are taken for it. */
static void machines_are_not_guessed(void **state)
{
	static const char *const words[] = {"armv9",  "arm65", "arm6",    "mips65",
					    "x",      "i387",  "riscv32", "s390y",
					    "arch64", "x86_6", "sparc64"};
	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		cleanup_free char *line = xasprintf("generate --abi %s a", words[i]);
		if (parse(line) == 0)
			fail_msg("taken: %s", words[i]);
		assert_null(strstr(err_text(&err), "did you mean"));
		assert_non_null(strstr(err_text(&err), "; known: x86_64, x86, x32, aarch64, "));
	}
	bad("generate --abi aarhc64 a", "--abi: unknown ABI 'aarhc64'; did you mean 'aarch64'?");
	bad("generate --abi x86.64 a", "--abi: unknown ABI 'x86.64'; did you mean 'x86_64'?");
	bad("generate --abi i368 a", "--abi: unknown ABI 'i368'; did you mean 'x86'?");
}

/* Commands and options of other tools get the line that helps. */
static void other_tools(void **state)
{
	(void)state;
	bad("convert a", "unknown command 'convert': 'merge -f DIALECT FILE' writes one profile in "
			 "another format");
	bad("attach 1", "unknown command 'attach': a running process cannot be joined: 'record -- "
			"COMMAND' starts it");
	bad("minimize a", "unknown command 'minimize': 'generate' writes the smallest profile for "
			  "recordings; 'merge --intersect' takes what several profiles have in "
			  "common");
	bad("import a", "unknown command 'import': logs of other tools are not read: 'record -- "
			"COMMAND' makes a recording");
	bad("trace ls",
	    "unknown command 'trace': 'record -- COMMAND' runs a command and learns its "
	    "system calls");
	bad("help compare",
	    "unknown command 'compare': 'diff OLD NEW' compares two recordings or profiles");
	bad("record --pid 1", "'record' has no option '--pid': a running process cannot be joined: "
			      "'record -- COMMAND' starts it");
	bad("record --timeout=5 x", "'record' has no option '--timeout': put timeout(1) before the "
				    "command: record -- timeout 60 COMMAND");
	bad("merge --default-errno 1 a", "'merge' has no option '--default-errno': a profile keeps "
					 "its own default; 'generate' takes the option");
	bad("show --arch arm64 a", "'show' has no option '--arch': the machine is said with --abi");
	bad("diff --json a b", "'diff' has no option '--json': say it with --format json");
	bad("lint -v a", "'lint' has no option '-v': there is nothing more to say; -q says less");
	bad("--verbose", "unknown option '--verbose'");
}

static void mistakes(void **state)
{
	(void)state;
	bad("", "a command is needed");
	bad("recrod", "unknown command 'recrod'; did you mean 'record'?");
	bad("quux", "unknown command 'quux'");
	assert_int_equal(o.command, CMD_NONE);
	bad("help recrod", "unknown command 'recrod'; did you mean 'record'?");
	bad("record", "which command shall be recorded?");
	assert_int_equal(o.command, CMD_RECORD);
	bad("generate", "which recording shall the profile be made from?");
	bad("diff a", "two files are needed: OLD and NEW");
	bad("diff a b c", "'c' is one argument too many");
	bad("show a b", "'b' is one argument too many");
	bad("generate --outptu x a", "unknown option '--outptu'; did you mean '--output'?");
	bad("generate --outptu=x a", "unknown option '--outptu'; did you mean '--output'?");
	bad("generate --outp x a", "unknown option '--outp'; did you mean '--output'?");
	bad("generate --zzzzzz a", "unknown option '--zzzzzz'");
	bad("generate -z a", "unknown option '-z'");
	bad("generate -q\xc3\xa9 a", "unknown option '-\xc3\xa9'");
	bad("generate --stop-with-main a",
	    "'generate' has no option '--stop-with-main'; 'record' has");
	bad("--quiet show a", "option '--quiet' goes after a command, such as 'record'");
	bad("generate a -o", "option '-o' needs an argument FILE");
	bad("generate a --output", "option '--output' needs an argument FILE");
	bad("generate --quiet=yes a", "option '--quiet' takes no argument");
	bad("generate --output= a", "--output: the file's name is empty");
	bad("generate a --o\nx", "unknown option '--o\nx'");
	/* Blank words stand for empty arguments. */
	bad("record  x", "the command's name is empty");
}

static void help_and_version(void **state)
{
	(void)state;
	good("--help");
	assert_int_equal(o.command, CMD_HELP);
	assert_int_equal(o.topic, CMD_NONE);
	good("-h");
	good("help");
	assert_int_equal(o.topic, CMD_NONE);
	good("help diff");
	assert_int_equal(o.topic, CMD_DIFF);
	good("diff --help");
	assert_int_equal(o.topic, CMD_DIFF);
	good("record -q --help -o");
	assert_int_equal(o.topic, CMD_RECORD);
	good("record make --help");
	assert_int_equal(o.command, CMD_RECORD);
	good("--version");
	assert_int_equal(o.command, CMD_VERSION);
	good("-V");
}

#define TEST(function) cmocka_unit_test_teardown(function, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(spellings),
		TEST(operands_after_two_dashes),
		TEST(record_leaves_the_workload_alone),
		TEST(record_writes_something),
		TEST(known_recordings),
		TEST(fallbacks),
		TEST(vocabularies),
		TEST(unknown_words),
		TEST(options_that_mean_nothing),
		TEST(synonyms),
		TEST(machines_are_not_guessed),
		TEST(other_tools),
		TEST(mistakes),
		TEST(help_and_version),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
