/* A seccomp filter program (struct sock_filter[]) in words. */
#ifndef EMIT_BPF_SHOW_H
#define EMIT_BPF_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_line {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
	char *text; /* owned: "if nr == read goto 12" */
};

/*
 * Is it such a program? Whole instructions of those that the kernel takes from a filter, at most
 * BPF_MAXINSNS, with jumps that stay inside and a return at the end. No text looks like one.
 */
bool bpf_is_program(const char *data, size_t len);

/*
 * Makes the lines of a program, `*n` of them; free with bpf_lines_free(). Where the ABI is known
 * at a place, because every way there has compared it, numbers of calls become names.
 */
struct bpf_line *bpf_lines(const char *data, size_t len, size_t *n);

void bpf_lines_free(struct bpf_line *lines, size_t n);

#endif
