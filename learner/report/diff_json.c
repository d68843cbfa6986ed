#include "array.h"
#include "diff_format.h"
#include "json.h"

static struct json_object *new_verdict(struct verdict verdict)
{
	struct json_object *object = json_new_object();

	json_set(object, "action", json_new_text(action_oci_name(verdict.action)));
	json_set(object, "errno", verdict.has_errno ? json_new_int(verdict.errno_ret) : NULL);
	return object;
}

static struct json_object *new_conditions(const struct condition *conditions, size_t n)
{
	struct json_object *array = json_new_array();

	for (size_t i = 0; i < n; i++) {
		const struct condition *c = &conditions[i];
		struct json_object *object = json_new_object();

		json_set(object, "index", json_new_int(c->index));
		json_set(object, "op", json_new_text(compare_oci_name(c->op)));
		json_set(object, "value", json_new_uint(c->value));
		json_set(object, "valueTwo", json_new_uint(c->value_two));
		json_push(array, object);
	}
	return array;
}

static struct json_object *new_alternative(struct verdict verdict, const struct condition *args,
					   size_t n_args, bool is_default)
{
	struct json_object *object = new_verdict(verdict);

	json_set(object, "args", new_conditions(args, n_args));
	json_set(object, "default", json_new_bool(is_default));
	return object;
}

/* Everything that `side` decides about the call, the default included where it can apply. */
static struct json_object *new_decision(const struct diff *diff, const struct diff_abi *abi,
					const struct diff_call *call, enum diff_side side)
{
	const struct policy *policy = diff->side[side];
	const struct ruling *ruling = call->ruling[side];

	if (policy->recording != NULL || !abi->present[side])
		return NULL;
	struct json_object *array = json_new_array();
	for (size_t i = 0; ruling != NULL && i < ruling->n_alternatives; i++) {
		const struct alternative *a = &ruling->alternatives[i];
		json_push(array,
			  new_alternative(a->verdict, a->conditions, a->n_conditions, false));
	}
	if (ruling == NULL || !ruling_is_unconditional(ruling))
		json_push(array, new_alternative(policy->fallback, NULL, 0, true));
	return array;
}

static struct json_object *new_provenance(const struct provenance *by)
{
	if (by == NULL)
		return NULL;
	struct json_object *object = json_new_object();
	json_set(object, "exe", json_new_text(by->exe));
	json_set(object, "comm", json_new_text(by->comm));
	json_set(object, "pid", json_new_int(by->pid));
	json_set(object, "tid", json_new_int(by->tid));
	json_set(object, "t", json_new_decimal(by->t, 6));
	json_set(object, "at", json_new_text(by->at));
	json_set(object, "result", by->has_result ? json_new_int(by->result) : NULL);
	return object;
}

static struct json_object *new_what(const struct diff_call *call)
{
	static const struct {
		enum change change;
		const char *name;
	} all[] = {
		{CHANGE_ACTION, "action"},
		{CHANGE_WIDENED, "widened"},
		{CHANGE_NARROWED, "narrowed"},
		{CHANGE_UNDECIDED, "undecided"},
	};
	struct json_object *array = json_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if ((call->change & all[i].change) != 0)
			json_push(array, json_new_text(all[i].name));
	return array;
}

static struct json_object *new_siblings(const struct diff_call *call)
{
	struct json_object *array = json_new_array();

	for (size_t i = 0; i < call->n_siblings; i++)
		json_push(array, json_new_text(call->siblings[i]));
	return array;
}

static struct json_object *new_risk(const struct risk *risk)
{
	if (risk == NULL)
		return NULL;
	struct json_object *object = json_new_object();
	json_set(object, "level", json_new_text(risk_level_name(risk->level)));
	json_set(object, "what", json_new_text(risk->what));
	json_set(object, "capability", json_new_text(risk->capability));
	json_set(object, "docker", json_new_text(risk->docker));
	return object;
}

static struct json_object *new_call(const struct diff *diff, const struct diff_abi *abi,
				    const struct diff_call *call)
{
	struct json_object *object = json_new_object();

	json_set(object, "abi", json_new_text(abi->abi->name));
	json_set(object, "nr", json_new_int(call->nr));
	json_set(object, "name", json_new_text(call->name));
	if ((call->change & CHANGE_IN_PART) != 0)
		json_set(object, "what", new_what(call));
	json_set(object, "old", new_decision(diff, abi, call, DIFF_OLD));
	json_set(object, "new", new_decision(diff, abi, call, DIFF_NEW));
	json_set(object, "by", new_provenance(diff_call_by(call)));
	json_set(object, "siblings", new_siblings(call));
	json_set(object, "risk", new_risk(call->risk));
	return object;
}

static struct json_object *new_calls(const struct diff *diff, unsigned int changes)
{
	struct json_object *array = json_new_array();

	for (size_t i = 0; i < diff->n_abis; i++) {
		const struct diff_abi *abi = &diff->abis[i];
		for (size_t j = 0; j < abi->n_calls; j++)
			if ((abi->calls[j].change & changes) != 0)
				json_push(array, new_call(diff, abi, &abi->calls[j]));
	}
	return array;
}

static struct json_object *new_side(const struct diff *diff, enum diff_side side, const char *name)
{
	struct json_object *object = json_new_object();
	bool recording = diff->side[side]->recording != NULL;

	json_set(object, "file", json_new_text(name));
	json_set(object, "kind", json_new_text(recording ? "recording" : "profile"));
	return object;
}

static struct json_object *new_flags(const struct profile *profile)
{
	if (!profile->has_flags)
		return NULL;
	struct json_object *array = json_new_array();
	for (size_t i = 0; i < profile->n_flags; i++)
		json_push(array, json_new_text(profile->flags[i]));
	return array;
}

static struct json_object *new_value(const struct policy *policy, enum diff_setting setting)
{
	switch (setting) {
	case DIFF_DEFAULT:
		return new_verdict(policy->fallback);
	case DIFF_FLAGS:
		return new_flags(policy->profile);
	case DIFF_LISTENER_PATH:
		return json_new_text(policy->profile->listener_path);
	case DIFF_LISTENER_METADATA:
		return json_new_text(policy->profile->listener_metadata);
	case DIFF_SETTINGS:
		break;
	}
	return NULL;
}

static struct json_object *new_settings(const struct diff *diff)
{
	static const char *const keys[DIFF_SETTINGS] = {
		[DIFF_DEFAULT] = "default",
		[DIFF_FLAGS] = "flags",
		[DIFF_LISTENER_PATH] = "listenerPath",
		[DIFF_LISTENER_METADATA] = "listenerMetadata",
	};
	struct json_object *array = json_new_array();

	for (int s = 0; s < DIFF_SETTINGS; s++) {
		if (!diff->setting[s])
			continue;
		struct json_object *object = json_new_object();
		json_set(object, "setting", json_new_text(keys[s]));
		json_set(object, "old", new_value(diff->side[DIFF_OLD], (enum diff_setting)s));
		json_set(object, "new", new_value(diff->side[DIFF_NEW], (enum diff_setting)s));
		json_push(array, object);
	}
	return array;
}

static struct json_object *new_abis(const struct diff *diff, enum diff_side missing)
{
	struct json_object *array = json_new_array();

	for (size_t i = 0; i < diff->n_abis; i++)
		if (!diff->abis[i].present[missing])
			json_push(array, json_new_text(diff->abis[i].abi->name));
	return array;
}

static struct json_object *new_notes(const struct diff *diff)
{
	static const char *const kinds[] = {
		[DIFF_NOTE_GAP] = "gap",
		[DIFF_NOTE_UNKNOWN] = "unknown-names",
		[DIFF_NOTE_NATIVE] = "native-abi",
		[DIFF_NOTE_ALLOWS_REST] = "allows-by-default",
		[DIFF_NOTE_CONDITIONAL] = "conditional",
		[DIFF_NOTE_ENOSYS] = "enosys",
		[DIFF_NOTE_MULTIPLEXED] = "multiplexed",
	};
	struct json_object *array = json_new_array();

	for (size_t i = 0; i < diff->n_notes; i++) {
		const struct diff_note *note = &diff->notes[i];
		struct json_object *object = json_new_object();

		json_set(object, "side", json_new_text(note->side == DIFF_OLD ? "old" : "new"));
		json_set(object, "kind", json_new_text(kinds[note->kind]));
		json_set(object, "gap", json_new_text(note->gap));
		json_set(object, "text", json_new_text(note->text));
		json_push(array, object);
	}
	return array;
}

void diff_write_json(const struct diff *diff, const char *const names[DIFF_SIDES],
		     struct strbuf *out)
{
	struct json_object *root = json_new_object(), *abis = json_new_object();

	json_set(root, "same", json_new_bool(diff_is_empty(diff)));
	json_set(root, "widened", json_new_bool(diff_widens(diff)));
	json_set(root, "risky", json_new_bool(diff_is_risky(diff)));
	json_set(root, "old", new_side(diff, DIFF_OLD, names[DIFF_OLD]));
	json_set(root, "new", new_side(diff, DIFF_NEW, names[DIFF_NEW]));
	json_set(root, "settings", new_settings(diff));
	json_set(abis, "added", new_abis(diff, DIFF_OLD));
	json_set(abis, "removed", new_abis(diff, DIFF_NEW));
	json_set(root, "abis", abis);
	for (int g = 0; g < DIFF_GROUPS; g++)
		json_set(root, diff_group_name((enum diff_group)g),
			 new_calls(diff, diff_group_changes((enum diff_group)g)));
	json_set(root, "notes", new_notes(diff));
	json_write(root, out);
	(void)json_object_put(root);
}
