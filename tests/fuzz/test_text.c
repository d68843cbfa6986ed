/* Text from outside: what is made of it for documents and terminals is valid, and harmless. */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "context.h"
#include "fuzz.h"
#include "strbuf.h"
#include "text.h"

static void require_utf8(const struct strbuf *text, bool printable)
{
	for (size_t i = 0, n; i < text->len; i += n) {
		n = utf8_length(text->s + i);
		fuzz_require(n > 0);
		if (printable)
			fuzz_require(n > 1 || (text->s[i] >= ' ' && text->s[i] != 0x7f));
	}
}

void fuzz_one(const uint8_t *data, size_t size)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, utf8 = STRBUF_INIT, again = STRBUF_INIT,
				     printable = STRBUF_INIT;
	struct kernel_version version;
	char *wrong = NULL;
	uint64_t number;

	strbuf_add(&text, data, size);
	strbuf_add_utf8(&utf8, text.s);
	require_utf8(&utf8, false);
	strbuf_add_utf8(&again, utf8.s);
	fuzz_require(strcmp(again.s, utf8.s) == 0);
	strbuf_add_printable(&printable, text.s);
	require_utf8(&printable, true);
	if (parse_u64(text.s, UINT64_MAX, &number))
		fuzz_require(strspn(text.s, "0123456789") == strlen(text.s));
	if (!capabilities_parse(text.s, &number, &wrong))
		free(wrong);
	if (kernel_version_parse(text.s, &version))
		fuzz_require(kernel_release_parse(text.s, &version));
	fuzz_require(errno_by_name(text.s) <= 4095);
}
