/* What happens to a call, for people, in the words that every command has. Nothing is escaped. */
#ifndef LEARNER_WORDS_H
#define LEARNER_WORDS_H

#include <stdint.h>

#include "profile.h"
#include "recording.h"
#include "strbuf.h"

/* What a profile decides: "ALLOW", "ERRNO EPERM", "TRACE 7"; a number without a name as it is. */
void words_add_verdict(struct verdict verdict, struct strbuf *out);

/* "arg0 == 3", "(arg1 & 0x7e020000) == 0". */
void words_add_condition(const struct condition *condition, struct strbuf *out);

/* What the kernel returned: "-ENOENT", "3" or, for what is rather an address, "0x7f...". */
void words_add_result(int64_t result, struct strbuf *out);

/* Where the known calls of a run are from: "a.rec, b.rec". */
void words_add_known_from(const struct source *source, struct strbuf *out);

#endif
