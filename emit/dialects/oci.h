/*
 * Dialect "oci": `linux.seccomp` of the OCI runtime specification (config-linux.md), alone or in
 * its place in a config.json.
 *
 * Meanings that differ from a profile's:
 * - The conditions of an entry are ANDed only while each is on an argument of its own. As soon as
 *   one index repeats, each condition is a rule of its own (ORed). The reader makes such an entry
 *   into several rules; the writer refuses a rule that would repeat an index.
 * - An action that takes an errno and has none means EPERM. It is read as has_errno and 1, and
 *   written out. TRACE's value is the tracer's message, of 16 bits.
 * - valueTwo is looked at with SCMP_CMP_MASKED_EQ only; elsewhere the reader drops it.
 * - SCMP_ACT_KILL is SCMP_ACT_KILL_THREAD.
 *
 * Of a config.json, only that part is looked at.
 */
#ifndef EMIT_OCI_H
#define EMIT_OCI_H

#include "dialect.h"

/* So many rules come out of a document at most: names and alternatives multiply. */
#define OCI_RULES_MAX 100000

/* Kubernetes takes so many entries of a profile that is an OCI artifact (KEP-6061). */
#define OCI_ENTRIES_MAX 128

bool oci_recognises(const struct node *root);
int oci_read(const struct node *root, struct reading *reading, struct err *err);
int oci_write(const struct profile *profile, const struct writing *writing,
	      struct json_object **root, struct err *err);

/* Is it spelt as system calls are: letters, digits and _, shorter than SYSCALL_NAME_MAX? */
bool oci_is_name(const char *name);

/* The flags of the specification. */
extern const char *const oci_flags[];
extern const size_t oci_flag_count;

/* The largest value that an action's errno may have. */
uint32_t oci_errno_max(enum action action);

#endif
