#include "dialect.h"

void reading_set_abis(struct reading *reading, const struct abi *const *abis, size_t n)
{
	known_release(&reading->known);
	reading->known.abis = n > 0 ? abis : &reading->own;
	reading->known.n_abis = n > 0 ? n : 1;
}

static bool refuses(struct verdict verdict)
{
	return verdict.action >= ACTION_ERRNO;
}

void reading_check_name(struct reading *reading, const char *name, struct verdict verdict,
			size_t line)
{
	/* An older library that skips a refusal refuses all the same, by default. */
	bool older_too = !refuses(verdict) || !refuses(reading->profile->fallback);

	known_check(&reading->known, name, older_too, line, reading->warnings);
}
