/* Profiles for fuzz targets: read and written documents, structured ones, and what they decide. */
#ifndef TESTS_FUZZ_PROFILES_H
#define TESTS_FUZZ_PROFILES_H

#include "fuzz.h"
#include "profile.h"
#include "warnings.h"

/* The bytes as a document; NULL when it is refused, which was checked to be explained. */
struct profile *fuzz_read(const uint8_t *data, size_t size, struct warnings *warnings);

/*
 * A profile of a few rules for a few calls, made from bytes, sorted: what it is like is decided by
 * the fuzzer. `names` and `abis` are chosen so that rules meet.
 */
struct profile *fuzz_profile(struct fuzz_bytes *bytes);

/* A call for which such profiles have rules, or none; false: the ABI does not have it. */
struct fuzz_call {
	const struct abi *abi;
	const char *name;
	int32_t nr;
	uint64_t args[6];
};

bool fuzz_call(struct fuzz_bytes *bytes, const struct profile *const *profiles, size_t n,
	       struct fuzz_call *call);

#endif
