/* Filter programs in words: one line for each instruction, whatever the bytes. */
#include <linux/filter.h>

#include "bpf_show.h"
#include "cleanup.h"
#include "fuzz.h"
#include "strbuf.h"

void fuzz_one(const uint8_t *data, size_t size)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t n = 0;

	strbuf_add(&text, data, size);
	if (!bpf_is_program(text.s, text.len))
		return;
	struct bpf_line *lines = bpf_lines(text.s, text.len, &n);
	fuzz_require(n == text.len / sizeof(struct sock_filter));
	for (size_t i = 0; i < n; i++)
		fuzz_require(lines[i].text != NULL && lines[i].text[0] != '\0');
	bpf_lines_free(lines, n);
}
