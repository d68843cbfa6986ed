/* A filter program played against the rules that it was made of. */
#ifndef EMIT_FILTER_CHECK_H
#define EMIT_FILTER_CHECK_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "compiled_rule.h"
#include "profile.h"
#include "strbuf.h"

struct program {
	const struct sock_filter *code;
	size_t n;
};

/*
 * What the kernel would decide for a call, of a program such as libseccomp and bpf.c make, in the
 * machine's byte order. An instruction of another kind, and a way out of the program, kill.
 */
struct verdict program_run(const struct program *program, const struct abi *abi, int32_t nr,
			   const uint64_t args[COMPILED_ARGS]);

/* Verdicts, each once; so many that they are not told apart any more are as good as all. */
#define VERDICTS_MAX 16

struct verdict_set {
	struct verdict list[VERDICTS_MAX];
	size_t n;
};

/*
 * What rules of one number say: the ones without conditions, or else those whose conditions hold,
 * or else the default. More than one: they contradict each other.
 */
void rules_say(const struct compiled_rule *made, size_t n, struct verdict fallback,
	       unsigned int bits, const uint64_t args[COMPILED_ARGS], struct verdict_set *said);

/* The strictest of them, which errno values have no part in. */
struct verdict verdict_set_strictest(const struct verdict_set *set);
bool verdict_set_has(const struct verdict_set *set, struct verdict verdict);

/* Where a program decides what no rule says. */
struct flaw {
	const struct abi *abi;
	const struct compiled_rule *made; /* the rules of the number, and how many they are */
	size_t n;
	uint64_t args[COMPILED_ARGS];
	struct verdict said, decided; /* of several that rules say the strictest */
	bool wider;                   /* the program is the more lenient one */
};

/* For max_calls: to find whatever there is, and to look whether all is as expected. */
#define CHECK_CALLS_ALL 20000
#define CHECK_CALLS_SOME 500

/*
 * Plays calls of the number (one or more rules) with arguments of every kind that can matter: at
 * most `max_calls`, and no more than a check should take. Returns whether it found a flaw; one
 * that is wider, if there is any.
 */
bool filter_check_number(const struct program *program, const struct abi *abi,
			 const struct compiled_rule *made, size_t n, struct verdict fallback,
			 size_t max_calls, struct flaw *flaw);

/*
 * Appends "with which lseek(0x20001, 0, 0x10001) on x86_64 gets SCMP_ACT_ALLOW and not
 * SCMP_ACT_ERRNO 1".
 */
void flaw_describe(const struct flaw *flaw, struct strbuf *out);

/* "lseek(0x20001, 0, 0x10001)": arguments up to the last that is not 0. */
void call_describe(const char *name, const uint64_t args[COMPILED_ARGS], struct strbuf *out);

/* "SCMP_ACT_ERRNO 1". */
void verdict_describe(struct verdict verdict, struct strbuf *out);

#endif
