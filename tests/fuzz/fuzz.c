#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_require_that(bool holds, const char *file, int line, const char *condition)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

void fuzz_expect_error(int r, struct err *err)
{
	fuzz_require(r < 0);
	fuzz_require(err_text(err)[0] != '\0');
	err_done(err);
}

uint8_t fuzz_byte(struct fuzz_bytes *bytes)
{
	if (bytes->size == 0)
		return 0;
	bytes->size--;
	return *bytes->data++;
}

size_t fuzz_below(struct fuzz_bytes *bytes, size_t n)
{
	return fuzz_byte(bytes) % n;
}

uint64_t fuzz_value(struct fuzz_bytes *bytes)
{
	uint64_t value = 0;

	switch (fuzz_below(bytes, 6)) {
	case 0:
		return UINT32_MAX - 1 + fuzz_below(bytes, 4);
	case 1:
		return UINT64_C(1) << fuzz_below(bytes, 64);
	case 2:
		return UINT64_MAX - fuzz_below(bytes, 2);
	case 3:
		for (int i = 0; i < 8; i++)
			value = value << 8 | fuzz_byte(bytes);
		return value;
	default:
		return fuzz_below(bytes, 6);
	}
}
