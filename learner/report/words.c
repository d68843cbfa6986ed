#include "words.h"

#include <inttypes.h>
#include <string.h>

#include "text.h"

void words_add_verdict(struct verdict verdict, struct strbuf *out)
{
	strbuf_adds(out, action_oci_name(verdict.action) + strlen("SCMP_ACT_"));
	if (!verdict.has_errno)
		return;
	const char *name = verdict.action == ACTION_ERRNO && verdict.errno_ret <= ERRNO_MAX
				   ? errno_name((int)verdict.errno_ret)
				   : NULL;
	if (name != NULL)
		strbuf_addf(out, " %s", name);
	else
		strbuf_addf(out, " %" PRIu32, verdict.errno_ret);
}

/* Small numbers are counts and enumerations, large ones bits. */
static void add_value(uint64_t value, struct strbuf *out)
{
	strbuf_addf(out, value < 1024 ? "%" PRIu64 : "0x%" PRIx64, value);
}

void words_add_condition(const struct condition *c, struct strbuf *out)
{
	static const char *const signs[COMPARE_MAX] = {
		[COMPARE_NE] = "!=", [COMPARE_LT] = "<",  [COMPARE_LE] = "<=",
		[COMPARE_EQ] = "==", [COMPARE_GE] = ">=", [COMPARE_GT] = ">",
	};

	if (c->op == COMPARE_MASKED_EQ) {
		strbuf_addf(out, "(arg%" PRIu32 " & 0x%" PRIx64 ") == ", c->index, c->value);
		add_value(c->value_two, out);
		return;
	}
	strbuf_addf(out, "arg%" PRIu32 " %s ", c->index, signs[c->op]);
	add_value(c->value, out);
}

void words_add_result(int64_t result, struct strbuf *out)
{
	/* What the kernel returns from -ERRNO_MAX on is an error. */
	const char *name = result < 0 && result >= -ERRNO_MAX ? errno_name((int)-result) : NULL;

	/* What is no error is an address as often as a count: in 32 bits from 2 GiB on. */
	if (name != NULL)
		strbuf_addf(out, "-%s", name);
	else if (result > INT32_MAX || result < INT32_MIN)
		strbuf_addf(out, "0x%" PRIx64, (uint64_t)result);
	else
		strbuf_addf(out, "%" PRId64, result);
}

void words_add_known_from(const struct source *source, struct strbuf *out)
{
	if (source->n_known_from == 0)
		strbuf_adds(out, "a file that is not named");
	for (size_t i = 0; i < source->n_known_from; i++)
		strbuf_addf(out, "%s%s", i > 0 ? ", " : "", source->known_from[i]);
}
