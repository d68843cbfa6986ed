/*
 * Dialect "bpf": the program that libseccomp makes of a profile, as an array of struct sock_filter
 * in the machine's byte order: what bubblewrap's --seccomp and prctl(PR_SET_SECCOMP) take. Written,
 * and shown (bpf_show.h), not read as a profile.
 *
 * It is made as runc makes it: the profile's ABIs, a rule per name on each, rules that repeat the
 * default left out. A call of another ABI kills, which is libseccomp's default.
 */
#ifndef EMIT_BPF_H
#define EMIT_BPF_H

#include "dialect.h"

int bpf_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
	      struct err *err);

#endif
