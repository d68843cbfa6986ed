/* The parts of an OCI seccomp object that the documents of other dialects have in common with it. */
#ifndef EMIT_OCI_PARTS_H
#define EMIT_OCI_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "dialect.h"

/* An action under one key and, when it is there, its errno under another. */
int oci_read_verdict(const struct node *object, const char *action_key, const char *errno_key,
		     struct verdict *verdict, struct err *err);

/* The default of a runtime's document. Where it and all entries are missing, everything is allowed. */
int oci_read_default(const struct node *root, struct reading *reading, struct err *err);

/*
 * One architecture. With a `context` SCMP_ARCH_NATIVE, which the specification does not know, is
 * the machine's own; otherwise NULL.
 */
int oci_read_abi(const struct node *node, const struct context *context, const struct abi **abi,
		 struct err *err);

/* "architectures" into the profile, and as the ABIs that the document is for. */
int oci_read_architectures(const struct node *root, const struct context *native,
			   struct reading *reading, struct err *err);

int oci_read_flags(const struct node *root, struct profile *profile, struct err *err);
int oci_read_listener(const struct node *root, struct profile *profile, struct err *err);

/* The conditions of an entry. Zero it first; free with oci_args_release() in any case. */
struct oci_args {
	struct condition *of; /* owned */
	size_t n, cap;
	bool alternatives; /* an index repeats: each is a rule of its own */
};

/*
 * "args" of an entry, if it is there. Of the operator's resource, whose numbers are signed, an index
 * is required, and a value of 0 is left out.
 */
int oci_read_args(const struct node *entry, bool of_resource, struct oci_args *args,
		  struct err *err);
void oci_args_release(struct oci_args *args);

/*
 * The rules of an entry. `node` is a name; what is to be said of it is noted. With `add` false
 * nothing is added: the entry is not for this machine.
 */
int oci_read_name(const struct node *node, struct verdict verdict, const struct oci_args *args,
		  bool add, struct reading *reading, struct err *err);

/* The same for a list of one or more names. */
int oci_read_names(const struct node *list, struct verdict verdict, const struct oci_args *args,
		   bool add, struct reading *reading, struct err *err);

/* Is an entry so empty that Podman, alone, passes over it? Then that is noted. */
bool oci_is_blank(const struct node *entry, struct reading *reading);

/* Calls read_entry for each of "syscalls", if it is there. */
int oci_read_syscalls(const struct node *root, struct reading *reading,
		      int (*read_entry)(const struct node *, struct reading *, struct err *),
		      struct err *err);

/* How a document is written. */
struct oci_style {
	const char *dialect;   /* for messages */
	bool errno_texts;      /* defaultErrno and errno beside the numbers */
	bool value_two_always; /* also where it means nothing */
	bool no_default_errno; /* EPERM is understood */
};

/* What cannot be written, in any of these dialects. */
int oci_check(const struct profile *profile, const char *dialect, struct err *err);

/* The object of a profile that was checked; the caller's to put. */
struct json_object *oci_make(const struct profile *profile, const struct oci_style *style);

#endif
