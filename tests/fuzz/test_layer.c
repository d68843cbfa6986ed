/* Layer files: refused with a reason, or entries that can be asked about. */
#include "cleanup.h"
#include "fuzz.h"
#include "layers.h"
#include "strbuf.h"

void fuzz_one(const uint8_t *data, size_t size)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct layer layer = {0};
	struct err err = {0};

	strbuf_add(&text, data, size);
	int r = layer_parse("f", text.s, text.len, &layer, &err);
	if (r < 0)
		fuzz_expect_error(r, &err);
	for (size_t i = 0; r == 0 && i < layer.n_entries; i++) {
		fuzz_require(layer.entries[i].name[0] != '\0');
		fuzz_require(layer.entries[i].reason != NULL);
		(void)layer_entry_applies(&layer.entries[i], abi_by_name("x86_64"));
	}
	layer_release(&layer);
}
