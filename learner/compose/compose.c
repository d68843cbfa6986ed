#include "compose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "strbuf.h"
#include "syscalls.h"

static const struct verdict allow = {.action = ACTION_ALLOW};

static bool was_seen(const struct recording *recording, const struct abi *abi)
{
	for (size_t i = 0; i < recording->n_calls; i++)
		if (recording->calls[i].abi == abi)
			return true;
	return false;
}

static int not_seen(const struct recording *recording, const struct abi *abi, struct err *err)
{
	cleanup_strbuf struct strbuf seen = STRBUF_INIT;

	for (size_t i = 0; i < abi_count; i++)
		if (was_seen(recording, &abi_table[i]))
			strbuf_addf(&seen, "%s%s", seen.len > 0 ? ", " : "", abi_table[i].name);
	return err_set(err, EINVAL, "ABI '%s' was not seen in the recording; seen: %s", abi->name,
		       seen.len > 0 ? seen.s : "none");
}

static int add_abis(struct profile *profile, const struct recording *recording,
		    const struct compose_target *target, struct err *err)
{
	if (target->abi != NULL) {
		if (!was_seen(recording, target->abi))
			return not_seen(recording, target->abi, err);
		profile_add_abi(profile, target->abi);
		return 0;
	}
	for (size_t i = 0; i < abi_count; i++)
		if (was_seen(recording, &abi_table[i]))
			profile_add_abi(profile, &abi_table[i]);
	if (profile->n_abis == 0)
		profile_add_abi(profile, abi_native());
	return 0;
}

static void add_recorded(struct profile *profile, const struct recording *recording)
{
	for (size_t i = 0; i < recording->n_calls; i++)
		if (recording->calls[i].name != NULL &&
		    profile_lists(profile, recording->calls[i].abi))
			profile_add_rule(profile, recording->calls[i].name, allow, NULL, 0);
}

/* A sibling of the entry's call; of one with a family, only in that. */
static bool sibling_was_seen(const struct layer_entry *entry, const struct recording *recording,
			     const struct abi *abi)
{
	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *learnt = &recording->calls[i];
		if (learnt->abi != abi || learnt->name == NULL)
			continue;
		if (entry->family != NULL ? family_joins(entry->family, entry->name, learnt->name)
					  : siblings_are(entry->name, learnt->name))
			return true;
	}
	return false;
}

/* Is a layer's entry needed on this ABI, with what was recorded there? */
static bool is_needed(const struct layer_entry *entry, const struct recording *recording,
		      const struct abi *abi)
{
	if (!layer_entry_applies(entry, abi))
		return false;
	if (entry->with != NULL)
		return recording_find(recording, abi, entry->with) != NULL &&
		       !sibling_was_seen(entry, recording, abi);
	return entry->family == NULL || sibling_was_seen(entry, recording, abi);
}

static int compare_entries(const void *a, const void *b)
{
	const struct layer_entry *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static struct added add_layer(struct profile *profile, const struct layer *layer,
			      const struct recording *recording)
{
	struct added added = {.layer = layer};

	for (size_t i = 0; i < layer->n_entries; i++) {
		const struct layer_entry *entry = &layer->entries[i];
		bool needed = false;
		for (size_t a = 0; a < profile->n_abis && !needed; a++)
			needed = is_needed(entry, recording, profile->abis[a]);
		if (!needed || profile_has_rule(profile, entry->name))
			continue;
		profile_add_rule(profile, entry->name, allow, NULL, 0);
		xgrow(&added.entries, added.n, &added.cap, sizeof(*added.entries));
		added.entries[added.n++] = entry;
	}
	if (added.n > 0)
		qsort(added.entries, added.n, sizeof(*added.entries), compare_entries);
	return added;
}

static void add_layers(struct profile *profile, const struct layers *layers,
		       const struct recording *recording, struct notes *notes)
{
	for (size_t i = 0; i < layers->n_layers; i++) {
		struct added added = add_layer(profile, &layers->layers[i], recording);
		if (notes == NULL) {
			free(added.entries);
			continue;
		}
		xgrow(&notes->added, notes->n_added, &notes->cap_added, sizeof(added));
		notes->added[notes->n_added++] = added;
	}
}

static void note(struct noted_call **list, size_t *n, size_t *cap, struct noted_call call)
{
	xgrow(list, *n, cap, sizeof(call));
	(*list)[(*n)++] = call;
}

static bool asked_for(const struct layers *layers, const struct recording *recording,
		      const struct abi *abi, const char *name)
{
	for (size_t i = 0; i < layers->n_layers; i++) {
		const struct layer *layer = &layers->layers[i];
		for (size_t j = 0; j < layer->n_entries; j++)
			if (strcmp(layer->entries[j].name, name) == 0 &&
			    is_needed(&layer->entries[j], recording, abi))
				return true;
	}
	return false;
}

/* What one list of names for several ABIs allows beyond what was learnt. */
static void note_rules(struct notes *notes, const struct profile *profile,
		       const struct recording *recording, const struct layers *layers)
{
	for (size_t a = 0; a < profile->n_abis; a++) {
		const struct abi *abi = profile->abis[a];
		for (size_t i = 0; i < profile->n_rules; i++) {
			const char *name = profile->rules[i].name;
			bool recorded = recording_find(recording, abi, name) != NULL;
			struct noted_call call = {.abi = abi, .name = name};
			bool exists = syscalls_number(abi, name, &call.nr);
			if (exists && !recorded && !asked_for(layers, recording, abi, name))
				note(&notes->widened, &notes->n_widened, &notes->cap_widened, call);
			if ((recorded && !exists) || syscalls_newer_than_library(abi, name))
				note(&notes->newer, &notes->n_newer, &notes->cap_newer, call);
		}
	}
}

static void note_unknown(struct notes *notes, const struct profile *profile,
			 const struct recording *recording)
{
	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *learnt = &recording->calls[i];
		if (learnt->name == NULL && profile_lists(profile, learnt->abi))
			note(&notes->unknown, &notes->n_unknown, &notes->cap_unknown,
			     (struct noted_call){.abi = learnt->abi, .nr = learnt->nr});
	}
}

int compose(const struct recording *recording, const struct layers *layers,
	    const struct compose_target *target, struct profile **profile, struct notes *notes,
	    struct err *err)
{
	struct profile *made = profile_new();
	int r;

	if (notes != NULL)
		*notes = (struct notes){0};
	made->fallback = target->fallback;
	r = add_abis(made, recording, target, err);
	if (r < 0) {
		profile_free(made);
		return r;
	}
	add_recorded(made, recording);
	add_layers(made, layers, recording, notes);
	profile_sort(made);
	if (notes != NULL) {
		notes->no_calls = recording->n_calls == 0;
		notes->gaps = recording->gaps;
		notes->n_gaps = recording->n_gaps;
		note_rules(notes, made, recording, layers);
		note_unknown(notes, made, recording);
	}
	*profile = made;
	return 0;
}

void notes_release(struct notes *notes)
{
	free(notes->widened);
	free(notes->unknown);
	free(notes->newer);
	for (size_t i = 0; i < notes->n_added; i++)
		free(notes->added[i].entries);
	free(notes->added);
	*notes = (struct notes){0};
}
