#include <json-c/json.h>
#include <stdio.h>

#include "alloc.h"
#include "diff_format.h"
#include "syntax_json.h"
#include "text.h"

static struct json_object *checked(struct json_object *object)
{
	if (object == NULL)
		oom();
	return object;
}

static struct json_object *new_object(void)
{
	return checked(json_object_new_object());
}

static struct json_object *new_array(void)
{
	return checked(json_object_new_array());
}

/* NULL stands for JSON's null. Both take `value` over. */
static void put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value) != 0)
		oom();
}

static void append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value) != 0)
		oom();
}

static struct json_object *new_string(const char *text)
{
	cleanup_strbuf struct strbuf utf8 = STRBUF_INIT;

	if (text == NULL)
		return NULL;
	strbuf_add_utf8(&utf8, text);
	return checked(json_object_new_string(utf8.s));
}

static struct json_object *new_int(int64_t value)
{
	return checked(json_object_new_int64(value));
}

static struct json_object *new_bool(bool value)
{
	return checked(json_object_new_boolean(value));
}

static struct json_object *new_seconds(double value)
{
	char text[64];

	/* The text decides what is printed: json-c's own would be 0.10000000000000001. */
	(void)snprintf(text, sizeof(text), "%.6f", value);
	return checked(json_object_new_double_s(value, text));
}

static struct json_object *new_verdict(struct verdict verdict)
{
	struct json_object *object = new_object();

	put(object, "action", new_string(action_oci_name(verdict.action)));
	put(object, "errno", verdict.has_errno ? new_int(verdict.errno_ret) : NULL);
	return object;
}

static struct json_object *new_conditions(const struct condition *conditions, size_t n)
{
	struct json_object *array = new_array();

	for (size_t i = 0; i < n; i++) {
		const struct condition *c = &conditions[i];
		struct json_object *object = new_object();

		put(object, "index", new_int(c->index));
		put(object, "op", new_string(compare_oci_name(c->op)));
		put(object, "value", checked(json_object_new_uint64(c->value)));
		put(object, "valueTwo", checked(json_object_new_uint64(c->value_two)));
		append(array, object);
	}
	return array;
}

static struct json_object *new_alternative(struct verdict verdict, const struct condition *args,
					   size_t n_args, bool is_default)
{
	struct json_object *object = new_verdict(verdict);

	put(object, "args", new_conditions(args, n_args));
	put(object, "default", new_bool(is_default));
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
	struct json_object *array = new_array();
	for (size_t i = 0; ruling != NULL && i < ruling->n_alternatives; i++) {
		const struct alternative *a = &ruling->alternatives[i];
		append(array, new_alternative(a->verdict, a->conditions, a->n_conditions, false));
	}
	if (ruling == NULL || !ruling_is_unconditional(ruling))
		append(array, new_alternative(policy->fallback, NULL, 0, true));
	return array;
}

static struct json_object *new_provenance(const struct provenance *by)
{
	if (by == NULL)
		return NULL;
	struct json_object *object = new_object();
	put(object, "exe", new_string(by->exe));
	put(object, "comm", new_string(by->comm));
	put(object, "pid", new_int(by->pid));
	put(object, "tid", new_int(by->tid));
	put(object, "t", new_seconds(by->t));
	put(object, "at", new_string(by->at));
	put(object, "result", by->has_result ? new_int(by->result) : NULL);
	return object;
}

static struct json_object *new_what(const struct diff_call *call)
{
	const struct {
		bool is;
		const char *name;
	} all[] = {
		{call->action_changed, "action"},
		{call->widened, "widened"},
		{call->narrowed, "narrowed"},
		{call->undecided, "undecided"},
	};
	struct json_object *array = new_array();

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].is)
			append(array, new_string(all[i].name));
	return array;
}

static struct json_object *new_siblings(const struct diff_call *call)
{
	struct json_object *array = new_array();

	for (size_t i = 0; i < call->n_siblings; i++)
		append(array, new_string(call->siblings[i]));
	return array;
}

static struct json_object *new_risk(const struct risk *risk)
{
	if (risk == NULL)
		return NULL;
	struct json_object *object = new_object();
	put(object, "level", new_string(risk_level_name(risk->level)));
	put(object, "what", new_string(risk->what));
	put(object, "capability", new_string(risk->capability));
	put(object, "docker", new_string(risk->docker));
	return object;
}

static struct json_object *new_call(const struct diff *diff, const struct diff_abi *abi,
				    const struct diff_call *call)
{
	struct json_object *object = new_object();

	put(object, "abi", new_string(abi->abi->name));
	put(object, "nr", new_int(call->nr));
	put(object, "name", new_string(call->name));
	if (call->kind == DIFF_CHANGED)
		put(object, "what", new_what(call));
	put(object, "old", new_decision(diff, abi, call, DIFF_OLD));
	put(object, "new", new_decision(diff, abi, call, DIFF_NEW));
	put(object, "by", new_provenance(diff_call_by(call)));
	put(object, "siblings", new_siblings(call));
	put(object, "risk", new_risk(call->risk));
	return object;
}

static struct json_object *new_calls(const struct diff *diff, enum diff_kind kind)
{
	struct json_object *array = new_array();

	for (size_t i = 0; i < diff->n_abis; i++) {
		const struct diff_abi *abi = &diff->abis[i];
		for (size_t j = 0; j < abi->n_calls; j++)
			if (abi->calls[j].kind == kind)
				append(array, new_call(diff, abi, &abi->calls[j]));
	}
	return array;
}

static struct json_object *new_side(const struct diff *diff, enum diff_side side, const char *name)
{
	struct json_object *object = new_object();
	bool recording = diff->side[side]->recording != NULL;

	put(object, "file", new_string(name));
	put(object, "kind", new_string(recording ? "recording" : "profile"));
	return object;
}

static struct json_object *new_flags(const struct profile *profile)
{
	if (!profile->has_flags)
		return NULL;
	struct json_object *array = new_array();
	for (size_t i = 0; i < profile->n_flags; i++)
		append(array, new_string(profile->flags[i]));
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
		return new_string(policy->profile->listener_path);
	case DIFF_LISTENER_METADATA:
		return new_string(policy->profile->listener_metadata);
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
	struct json_object *array = new_array();

	for (int s = 0; s < DIFF_SETTINGS; s++) {
		if (!diff->setting[s])
			continue;
		struct json_object *object = new_object();
		put(object, "setting", new_string(keys[s]));
		put(object, "old", new_value(diff->side[DIFF_OLD], (enum diff_setting)s));
		put(object, "new", new_value(diff->side[DIFF_NEW], (enum diff_setting)s));
		append(array, object);
	}
	return array;
}

static struct json_object *new_abis(const struct diff *diff, enum diff_side missing)
{
	struct json_object *array = new_array();

	for (size_t i = 0; i < diff->n_abis; i++)
		if (!diff->abis[i].present[missing])
			append(array, new_string(diff->abis[i].abi->name));
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
	struct json_object *array = new_array();

	for (size_t i = 0; i < diff->n_notes; i++) {
		const struct diff_note *note = &diff->notes[i];
		struct json_object *object = new_object();

		put(object, "side", new_string(note->side == DIFF_OLD ? "old" : "new"));
		put(object, "kind", new_string(kinds[note->kind]));
		put(object, "gap", new_string(note->gap));
		put(object, "text", new_string(note->text));
		append(array, object);
	}
	return array;
}

void diff_write_json(const struct diff *diff, const char *const names[DIFF_SIDES],
		     struct strbuf *out)
{
	struct json_object *root = new_object(), *abis = new_object();

	put(root, "same", new_bool(diff_is_empty(diff)));
	put(root, "widened", new_bool(diff->widened));
	put(root, "risky", new_bool(diff->risky));
	put(root, "old", new_side(diff, DIFF_OLD, names[DIFF_OLD]));
	put(root, "new", new_side(diff, DIFF_NEW, names[DIFF_NEW]));
	put(root, "settings", new_settings(diff));
	put(abis, "added", new_abis(diff, DIFF_OLD));
	put(abis, "removed", new_abis(diff, DIFF_NEW));
	put(root, "abis", abis);
	for (int k = 0; k < DIFF_KINDS; k++)
		put(root, diff_kind_name((enum diff_kind)k), new_calls(diff, (enum diff_kind)k));
	put(root, "notes", new_notes(diff));
	json_write(root, out);
	(void)json_object_put(root);
}
