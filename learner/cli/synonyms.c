#include "synonyms.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "array.h"

struct synonym {
	const char *word, *meant;
};

/* By who loads the profile, or by what the format is called elsewhere. */
static const struct synonym dialects[] = {
	{"runc", "oci"},                       /* reads the OCI's config.json */
	{"crun", "oci"},                       /* the same */
	{"youki", "oci"},                      /* the same */
	{"containerd", "oci"},                 /* hands the profile to the runtime as it is */
	{"oci-runtime", "oci"},                /* the specification's name */
	{"runtime-spec", "oci"},               /* the specification's name */
	{"moby", "docker"},                    /* Docker's source */
	{"dockerd", "docker"},                 /* Docker's daemon */
	{"crio", "podman"},                    /* reads with the library that Podman has */
	{"cri-o", "podman"},                   /* the same */
	{"buildah", "podman"},                 /* the same */
	{"libpod", "podman"},                  /* Podman's source */
	{"containers", "podman"},              /* containers/common, which it is from */
	{"kubernetes", "k8s"},                 /* in full */
	{"kube", "k8s"},                       /* in short */
	{"spo", "k8s"},                        /* the Security Profiles Operator, whose it is */
	{"security-profiles-operator", "k8s"}, /* in full */
	{"seccompprofile", "k8s"},             /* the resource's kind */
	{"crd", "k8s"},                        /* what the resource is */
	{"service", "systemd"},                /* the unit */
	{"unit", "systemd"},                   /* the unit */
	{"systemd-unit", "systemd"},           /* the unit */
	{"drop-in", "systemd"},                /* what is written */
	{"minijail0", "minijail"},             /* the program that loads it */
	{"chromeos", "minijail"},              /* where it is from */
	{"bwrap", "bpf"},                      /* bubblewrap's program, which loads it */
	{"bubblewrap", "bpf"},                 /* in full */
	{"cbpf", "bpf"},                       /* classic BPF, which it is */
	{"list", "names"},                     /* what it is */
	{"text", "names"},                     /* what it is */
	{"txt", "names"},                      /* what it is */
	{"plain", "names"},                    /* what it is */
};

static const struct synonym reports[] = {
	{"md", "markdown"},     /* the ending of such files */
	{"gfm", "markdown"},    /* GitHub's */
	{"github", "markdown"}, /* who shows it */
	{"gitlab", "markdown"}, /* who shows it */
	{"txt", "text"},        /* the ending of such files */
	{"plain", "text"},      /* what it is */
};

static const char *find(const struct synonym *table, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(table[i].word, word) == 0)
			return table[i].meant;
	return NULL;
}

const char *synonym_dialect(const char *word)
{
	return find(dialects, ARRAY_SIZE(dialects), word);
}

const char *synonym_report(const char *word)
{
	return find(reports, ARRAY_SIZE(reports), word);
}

/* ---- commands ------------------------------------------------------------------------------- */

static const char to_convert[] = "'merge -f DIALECT FILE' writes one profile in another format";
static const char to_minimize[] =
	"'generate' writes the smallest profile for recordings; 'merge --intersect' takes what "
	"several profiles have in common";
static const char to_attach[] = "a running process cannot be joined: 'record -- COMMAND' starts it";
static const char to_import[] =
	"logs of other tools are not read: 'record -- COMMAND' makes a recording";
static const char to_record[] = "'record -- COMMAND' runs a command and learns its system calls";
static const char to_verify[] =
	"'diff PROFILE RECORDING' says what a run needs that a profile does not allow; 'lint' "
	"checks the profile itself";
static const char to_lint[] = "'lint FILE' says what is wrong with a profile";
static const char to_show[] =
	"'show FILE' prints a profile, or a recording with who made each call first";
static const char to_diff[] = "'diff OLD NEW' compares two recordings or profiles";
static const char to_merge[] =
	"'merge FILE...' makes one of several, of what any has or with --intersect all have";
static const char to_generate[] = "'generate RECORDING...' writes a profile from recordings";
static const char to_version[] = "the option --version prints the version";
static const char to_complete[] = "'completion bash', zsh or fish prints a completion script";

static const struct synonym commands[] = {
	{"convert", to_convert},
	{"transform", to_convert},
	{"translate", to_convert},
	{"export", to_convert},
	{"format", to_convert},
	{"rewrite", to_convert},
	{"minimize", to_minimize},
	{"minimise", to_minimize},
	{"reduce", to_minimize},
	{"shrink", to_minimize},
	{"trim", to_minimize},
	{"slim", to_minimize},
	{"optimize", to_minimize},
	{"attach", to_attach},
	{"seize", to_attach},
	{"join", to_attach},
	{"pid", to_attach},
	{"import", to_import},
	{"parse", to_import},
	{"read", to_import},
	{"audit", to_import},
	{"trace", to_record},
	{"strace", to_record},
	{"run", to_record},
	{"exec", to_record},
	{"execute", to_record},
	{"learn", to_record},
	{"start", to_record},
	{"stop", "a recording ends with its command; a signal to it, or Ctrl-C, ends that"},
	{"capture", to_record},
	{"monitor", to_record},
	{"watch", to_record},
	{"observe", to_record},
	{"profile", to_record},
	{"log", to_record},
	{"verify", to_verify},
	{"test", to_verify},
	{"enforce", to_verify},
	{"apply", to_verify},
	{"load", to_verify},
	{"check", to_lint},
	{"validate", to_lint},
	{"explain", to_show},
	{"why", to_show},
	{"print", to_show},
	{"cat", to_show},
	{"list", to_show},
	{"dump", to_show},
	{"view", to_show},
	{"inspect", to_show},
	{"info", to_show},
	{"report", to_show},
	{"stats", to_show},
	{"compare", to_diff},
	{"cmp", to_diff},
	{"delta", to_diff},
	{"combine", to_merge},
	{"union", to_merge},
	{"add", to_merge},
	{"intersect", to_merge},
	{"intersection", to_merge},
	{"create", to_generate},
	{"make", to_generate},
	{"build", to_generate},
	{"compose", to_generate},
	{"emit", to_generate},
	{"write", to_generate},
	{"init", to_generate},
	{"gen", to_generate},
	{"update", to_generate},
	{"version", to_version},
	{"completions", to_complete},
	{"complete", to_complete},
};

const char *advice_command(const char *word)
{
	return find(commands, ARRAY_SIZE(commands), word);
}

/* ---- options -------------------------------------------------------------------------------- */

#define RECORD TAKEN_BY(CMD_RECORD)
#define GENERATE TAKEN_BY(CMD_GENERATE)
#define DIFF TAKEN_BY(CMD_DIFF)
#define MERGE TAKEN_BY(CMD_MERGE)
#define SHOW TAKEN_BY(CMD_SHOW)
#define LINT TAKEN_BY(CMD_LINT)
#define WRITES_PROFILES (RECORD | GENERATE | MERGE)
#define HAS_ABI (RECORD | GENERATE | DIFF | MERGE | SHOW | LINT)
#define ALL (TAKEN_BY(CMD_MAX) - 1)

static const char follows[] = "all threads and children are always followed";
static const char no_verbose[] = "there is nothing more to say; -q says less";
static const char no_colour[] = "what is printed has no colours";
static const char say_abi[] = "the machine is said with --abi";
static const char say_format[] = "the format is said with --format (-f)";
static const char say_action[] = "what other calls get is said with --default-action";
static const char say_output[] = "the file is named with --output (-o)";
static const char no_input[] = "files to read are named without an option";
static const char use_timeout[] = "put timeout(1) before the command: record -- timeout 60 COMMAND";
static const char as_user[] =
	"start record as that user; or as root, with setpriv(1) before the command";
static const char add_calls[] =
	"calls are added by a layer, a file with a name in each line: --layer ./more";
static const char build_on[] =
	"what an earlier recording holds counts as learnt with --known RECORDING";
static const char no_choice[] =
	"all system calls are learnt; what a profile has can be changed later";

static const struct {
	const char *word;
	unsigned int commands;
	const char *advice;
} options[] = {
	{"pid", RECORD, to_attach},
	{"attach", RECORD, to_attach},
	{"container", RECORD, to_attach},
	{"user", RECORD, as_user},
	{"u", RECORD, as_user},
	{"follow", RECORD, follows},
	{"follow-forks", RECORD, follows},
	{"children", RECORD, follows},
	{"timeout", RECORD, use_timeout},
	{"duration", RECORD, use_timeout},
	{"trace", RECORD, no_choice},
	{"c", RECORD,
	 "it is learnt which calls are made, not how often: 'show RECORDING' prints them"},
	{"summary", RECORD, "'show RECORDING' prints what was learnt"},
	{"e", RECORD, no_choice},
	{"baseline", RECORD, build_on},
	{"base", RECORD, build_on},
	{"previous", RECORD, build_on},
	{"prev", RECORD, build_on},
	{"old", RECORD, build_on},
	{"since", RECORD, build_on},
	{"against", RECORD, build_on},
	{"reference", RECORD, build_on},
	{"append", RECORD, build_on},
	{"incremental", RECORD, build_on},
	{"resume", RECORD, build_on},
	{"continue", RECORD, build_on},
	{"new-only", RECORD, build_on},
	{"skip", RECORD, build_on},
	{"exclude", RECORD, no_choice},
	{"include", RECORD, no_choice},
	{"arch", HAS_ABI, say_abi},
	{"architecture", HAS_ABI, say_abi},
	{"architectures", HAS_ABI, say_abi},
	{"machine", HAS_ABI, say_abi},
	{"platform", HAS_ABI, say_abi},
	{"dialect", WRITES_PROFILES | DIFF, say_format},
	{"type", WRITES_PROFILES | DIFF, say_format},
	{"to", WRITES_PROFILES | DIFF, say_format},
	{"output-format", WRITES_PROFILES | DIFF, say_format},
	{"markdown", DIFF, "say it with --format markdown"},
	{"md", DIFF, "say it with --format markdown"},
	{"json", DIFF, "say it with --format json"},
	{"strict", LINT, "it is always: the status is 1 when anything is found"},
	{"format", SHOW | LINT,
	 "the form for programs is --json; other formats of a profile are "
	 "written by 'merge -f'"},
	{"exit-code", DIFF, "the status is 1 where the two differ; --fail-on says when"},
	{"add", RECORD | GENERATE, add_calls},
	{"allow", RECORD | GENERATE, add_calls},
	{"syscall", GENERATE, add_calls},
	{"syscalls", GENERATE, add_calls},
	{"include", GENERATE, add_calls},
	{"extra", GENERATE, add_calls},
	{"default", RECORD | GENERATE, say_action},
	{"action", RECORD | GENERATE, say_action},
	{"kill", RECORD | GENERATE, "say it with --default-action kill-process"},
	{"log", RECORD | GENERATE, "say it with --default-action log"},
	{"complain", RECORD | GENERATE, "say it with --default-action log"},
	{"errno", RECORD | GENERATE, "the errno of other calls is said with --default-errno"},
	{"runtime", RECORD | GENERATE, "what a container runtime calls is added by --for"},
	{"target", RECORD | GENERATE, "what a container runtime calls is added by --for"},
	{"default-action", MERGE, "a profile keeps its own default; 'generate' takes the option"},
	{"default-errno", MERGE, "a profile keeps its own default; 'generate' takes the option"},
	{"intersection", MERGE, "say it with --intersect"},
	{"common", MERGE, "say it with --intersect"},
	{"union", MERGE, "what any of the files has is taken unless --intersect is given"},
	{"out", WRITES_PROFILES, say_output},
	{"outfile", WRITES_PROFILES, say_output},
	{"output-file", WRITES_PROFILES, say_output},
	{"file", ALL, no_input},
	{"input", ALL, no_input},
	{"in", ALL, no_input},
	{"i", ALL, no_input},
	{"verbose", ALL, no_verbose},
	{"v", ALL, no_verbose},
	{"debug", ALL, no_verbose},
	{"silent", ALL, "say it with --quiet (-q)"},
	{"color", ALL, no_colour},
	{"colour", ALL, no_colour},
	{"no-color", ALL, no_colour},
};

const char *advice_option(enum command_id command, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if ((options[i].commands & TAKEN_BY(command)) != 0 &&
		    strcmp(options[i].word, word) == 0)
			return options[i].advice;
	return NULL;
}

/* ---- machines ------------------------------------------------------------------------------- */

/* Have both the same letters and digits, whatever their order and what is between them? */
static bool same_characters(const char *a, const char *b)
{
	int counts[UCHAR_MAX + 1] = {0};

	for (; *a != '\0'; a++)
		counts[tolower((unsigned char)*a)]++;
	for (; *b != '\0'; b++)
		counts[tolower((unsigned char)*b)]--;
	for (int c = 0; c <= UCHAR_MAX; c++)
		if (isalnum(c) && counts[c] != 0)
			return false;
	return true;
}

const struct abi *abi_mistyped(const char *word)
{
	const struct abi *abi;
	const char *synonym;

	for (size_t i = 0; i < abi_count; i++)
		if (same_characters(word, abi_table[i].name) ||
		    same_characters(word, abi_table[i].oci))
			return &abi_table[i];
	for (size_t n = 0; (synonym = abi_synonym(n, &abi)) != NULL; n++)
		if (same_characters(word, synonym))
			return abi;
	return NULL;
}
