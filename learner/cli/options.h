/* The command line as it was meant. Known to this folder and to the commands, and to nobody else. */
#ifndef LEARNER_OPTIONS_H
#define LEARNER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "command_table.h"
#include "compose.h"
#include "context.h"
#include "layers.h"
#include "output.h"
#include "vocabulary.h"

/* Strings point into argv. */
struct options {
	enum command_id command;
	unsigned int given;          /* OPTION_BIT() of each option on the command line */
	bool help, version;          /* --help, --version: no more than that is looked at */
	const char *output;          /* -o; NULL: not given */
	const char *profile;         /* record -p; "seccomp.json" when neither -o nor -p is given */
	bool profile_unasked;        /* that was so */
	bool force;                  /* write over anything */
	bool json;                   /* of show and lint: print the form for programs */
	struct output_style style;   /* of a profile that is written */
	enum report_format report;   /* diff --format */
	enum fail_on fail_on;        /* diff --fail-on */
	bool intersect;              /* merge --intersect */
	struct layer_choices layers; /* --for, --layer and --no-layer; `of` is owned */
	struct compose_target target; /* --abi; --default-action and --default-errno put together */
	struct context context;       /* --name; where profiles are read: --abi, --caps, --kernel */
	const char **known;           /* of record, in this order; owned array */
	size_t n_known, cap_known;
	bool stop_with_main;
	bool exact;        /* no sieve */
	bool after_filter; /* learn only what runs under a filter of the workload's; implies exact */
	const char *tune;  /* NAME=VALUE,...: see tuning.h; NULL: not given */
	bool quiet;        /* no words but errors; diff: no report either, only the exit status */
	enum command_id topic; /* of CMD_HELP; CMD_NONE: the program */
	char **args; /* operands (record: the command and its arguments), NULL-terminated; owned */
	size_t n_args;
};

/* Frees what is owned. */
void options_release(struct options *o);

#endif
