#include "notes.h"

#include "gaps.h"
#include "say.h"
#include "strbuf.h"

/* More names than this make a line that nobody reads. */
#define NAMES_SHOWN 12

/* One line for each ABI of the list: what, how many and which. */
static void say_calls(const struct noted_call *calls, size_t n, const char *what)
{
	for (size_t i = 0; i < n;) {
		cleanup_strbuf struct strbuf names = STRBUF_INIT;
		const struct abi *abi = calls[i].abi;
		size_t count = 0;
		for (; i < n && calls[i].abi == abi; i++, count++) {
			const char *comma = count > 0 ? ", " : "";
			if (count >= NAMES_SHOWN)
				continue;
			if (calls[i].name != NULL)
				strbuf_addf(&names, "%s%s", comma, calls[i].name);
			else
				strbuf_addf(&names, "%s%d", comma, calls[i].nr);
		}
		if (count > NAMES_SHOWN)
			strbuf_addf(&names, " and %zu more", count - NAMES_SHOWN);
		say("%s: %s: %s", abi->name, what, names.s);
	}
}

static void say_added(const struct added *added)
{
	cleanup_strbuf struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < added->n; i++)
		strbuf_addf(&names, "%s%s", i > 0 ? ", " : "", added->entries[i]->name);
	say("the layer %s adds %s", added->layer->name, names.len > 0 ? names.s : "nothing");
}

void notes_say(const struct notes *notes)
{
	gaps_say(notes->gaps, notes->n_gaps);
	if (notes->no_calls)
		say("nothing was recorded: the profile holds the layers alone");
	/* What the others add is known, and the same every time. */
	for (size_t i = 0; i < notes->n_added; i++)
		if (notes->added[i].layer->asked)
			say_added(&notes->added[i]);
	say_calls(notes->unknown, notes->n_unknown, "numbers without a name, left out");
	say_calls(notes->newer, notes->n_newer,
		  "newer than libseccomp here; runtimes that do not know a name skip it");
	say_calls(notes->widened, notes->n_widened,
		  "also allowed, because one list serves all ABIs (see --abi)");
}
