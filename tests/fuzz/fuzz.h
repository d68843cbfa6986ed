/*
 * Fuzz targets: tests/fuzz/test_X.c defines fuzz_one(), which takes any bytes and aborts when the
 * program under test breaks a promise. "make fuzz" drives it with libFuzzer (libfuzzer.c), the test
 * suite with the seeds in fixtures/seeds/X and what was damaged of them (seeds.c).
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "profile.h"

/* One input. Keeps nothing from one call to the next. */
void fuzz_one(const uint8_t *data, size_t size);

/* Says what did not hold, and aborts, which is what fuzzers look for. */
#define fuzz_require(condition) fuzz_require_that((condition), __FILE__, __LINE__, #condition)
void fuzz_require_that(bool holds, const char *file, int line, const char *condition);

/* After an error: it has a text and is a negative errno. Releases it. */
void fuzz_expect_error(int r, struct err *err);

/* Bytes from which a target makes structured input, taken one by one; 0 past the end. */
struct fuzz_bytes {
	const uint8_t *data;
	size_t size;
};

uint8_t fuzz_byte(struct fuzz_bytes *bytes);

/* Below n, which is at most 256. */
size_t fuzz_below(struct fuzz_bytes *bytes, size_t n);

/* A number around those at which 32 and 64 bits end, a small one, or any. */
uint64_t fuzz_value(struct fuzz_bytes *bytes);

#endif
