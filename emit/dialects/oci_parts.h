/* The parts of an OCI seccomp object that the documents of other dialects have in common with it. */
#ifndef EMIT_OCI_PARTS_H
#define EMIT_OCI_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "dialect.h"
#include "oci_document.h"

/* An action under one key and, when it is there, its errno under another. `lines` is zero at first. */
int oci_read_verdict(const struct node *object, const char *action_key, const char *errno_key,
		     struct verdict *verdict, struct oci_lines *lines, struct err *err);

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

int oci_read_flags(const struct node *root, struct reading *reading, struct err *err);
int oci_read_listener(const struct node *root, struct reading *reading, struct err *err);

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
