/*
 * What is not wrong with a document but will surprise: above all what the format's consumers skip
 * without a word. A list, in the order of the document; nobody prints here.
 */
#ifndef EMIT_WARNINGS_H
#define EMIT_WARNINGS_H

#include <stdbool.h>
#include <stddef.h>

/* More of a kind are counted, not kept: nobody reads them, and each may cost a search. */
#define WARNINGS_MAX 1000

enum warning_kind {
	WARNING_UNKNOWN_NAME,  /* no system call has this name */
	WARNING_OTHER_ABI,     /* a system call, but of no ABI of the profile */
	WARNING_NEWER_NAME,    /* common versions of libseccomp do not know it */
	WARNING_NAME_KEY,      /* "name", which only Docker and Podman read */
	WARNING_ARCH_MAP,      /* the same with "archMap" */
	WARNING_FILTER,        /* the same with "includes" and "excludes" */
	WARNING_MIN_KERNEL,    /* "minKernel", which only Docker reads */
	WARNING_ERRNO_TEXT,    /* an errno as a text, which only Podman and CRI-O read */
	WARNING_NO_ERROR,      /* refused calls report success */
	WARNING_CAPABILITY,    /* a capability or architecture that no process or machine has */
	WARNING_CONDITIONS,    /* more conditions in an entry than crun looks at */
	WARNING_ALTERNATIVES,  /* conditions that look as if all had to hold */
	WARNING_VALUE_TWO,     /* "valueTwo" where it means nothing */
	WARNING_MULTIPLEXED,   /* conditions that can be got round on some ABIs */
	WARNING_MISCOMPILED,   /* rules of which older versions of libseccomp make another filter */
	WARNING_OVERRULED,     /* another rule for the call counts instead */
	WARNING_CONTRADICTION, /* two rules hold for the same arguments */
	WARNING_MASK,          /* bits of a value that no mask has */
	WARNING_CONSTANT,      /* a condition that holds always, or never */
	WARNING_NOTIFY,        /* runc refuses it there, or it does nothing */
	WARNING_FLAGS,         /* flags, which runc 1.1 refuses */
	WARNING_ARCHITECTURE,  /* an architecture that runc refuses */
	WARNING_ENTRIES,       /* more entries than Kubernetes takes of an artifact */
	WARNING_SIZE,          /* more bytes than that */
	WARNING_MARK,          /* a byte order mark before JSON, with which nobody loads it */
	WARNING_UNKNOWN_KEY,   /* nobody looks at it */
	WARNING_KEY_CASE,      /* only programs in Go take it for a key that they know */
	WARNING_DUPLICATE_KEY, /* one consumer takes the last, another the first */
	WARNING_SYNTAX,        /* one takes for JSON, or for a number, what others refuse */
	WARNING_NULL,          /* the same as if it were absent */
	WARNING_MISSING_KEY,   /* the specification requires it; 0 or nothing is taken instead */
	WARNING_ERRNO,         /* an errno where none counts, or of which a part counts */
	WARNING_ERRNO_RANGE,   /* an errno that the kernel takes and libseccomp does not */
	WARNING_BAD_NAME,      /* a text that is the name of no system call, nor could be */
	WARNING_OFF,           /* the document turns seccomp off */
	WARNING_EMPTY_ENTRY,   /* names no call */
	WARNING_DOCUMENT,      /* of several YAML documents, one that is passed over */
	WARNING_ABI,           /* what happens to calls of ABIs that the document does not name */
	WARNING_CONFLICT,      /* two rules that runtimes refuse to have together */
	WARNING_ENOSYS,     /* calls that runc answers with EPERM, which programs cannot handle */
	WARNING_RESOURCE,   /* the cluster drops it, or a way to make the resource refuses it */
	WARNING_INCOMPLETE, /* a part of the profile is not in the document */
	WARNING_SKIPPED,    /* a part of the document that those who load it skip */
	WARNING_CHANGED,    /* the format cannot say it; what is written is the nearest to it */
	WARNING_KINDS,
};

struct warning {
	enum warning_kind kind;
	size_t line;  /* 0: of nothing in particular, as when writing */
	char *text;   /* owned */
	size_t order; /* in which they were added; warnings_sort()'s */
};

struct warnings {
	struct warning *of; /* owned */
	size_t n, cap;
	size_t of_kind[WARNING_KINDS]; /* how many there were, kept or not */
};

/* What commands other than lint say of a kind. */
enum warning_said {
	WARNING_UNSAID,
	WARNING_SAID_COUNTED, /* how many there are, in one line with the others of this sort */
	WARNING_SAID_IN_FULL,
};

/* Does nothing when `warnings` is NULL: the caller does not want any. */
void warnings_add(struct warnings *warnings, enum warning_kind kind, size_t line, const char *fmt,
		  ...) __attribute__((format(printf, 4, 5)));

/* Is there room for one more of the kind, and anybody who wants it? */
bool warnings_wanted(const struct warnings *warnings, enum warning_kind kind);

/* Counts one that is not worth making, since it is not wanted. */
void warnings_count(struct warnings *warnings, enum warning_kind kind);

/* Into the order of the lines; on one line as they were added. One that repeats the last is dropped. */
void warnings_sort(struct warnings *warnings);

void warnings_release(struct warnings *warnings);

/* "unknown-name" ...: stable, for programs. */
const char *warning_kind_name(enum warning_kind kind);

enum warning_said warning_kind_said(enum warning_kind kind);

/* What is counted: "unknown key", in the plural unless there is one. */
const char *warning_kind_noun(enum warning_kind kind, size_t n);

#endif
