#include <string.h>

#include "json.h"
#include "policy.h"
#include "show.h"
#include "syscalls.h"

static json_object *member(json_object *parent, const char *key)
{
	json_object *list = json_object_object_get(parent, key);

	if (list == NULL) {
		list = json_new_array();
		json_set(parent, key, list);
	}
	return list;
}

static json_object *gap_list(const struct recording *recording)
{
	json_object *gaps = json_new_array();

	for (size_t i = 0; i < recording->n_gaps; i++) {
		json_object *gap = json_new_object();
		json_set_text(gap, "gap", recording->gaps[i].kind);
		json_set_text(gap, "detail", recording->gaps[i].detail);
		json_push(gaps, gap);
	}
	return gaps;
}

void show_recording_json(const struct recording *recording, struct strbuf *out)
{
	json_object *root = json_new_object();
	json_object *abis = json_new_object();
	json_object *unknown = json_new_object();

	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *call = &recording->calls[i];
		json_object *names = member(abis, call->abi->name);
		if (call->name != NULL)
			json_push_text(names, call->name);
		else
			json_push(member(unknown, call->abi->name), json_new_int(call->nr));
	}
	json_set(root, "abis", abis);
	json_set(root, "unknown", unknown);
	json_set(root, "gaps", gap_list(recording));
	json_add_line(out, root);
}

/* Rules are sorted by name, and several may have the same. */
static bool same_name_again(const struct profile *profile, size_t i)
{
	return i > 0 && strcmp(profile->rules[i - 1].name, profile->rules[i].name) == 0;
}

static json_object *allowed_on(const struct profile *profile, const struct abi *abi)
{
	json_object *names = json_new_array();
	const char *last = "";
	int32_t nr;

	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];
		if (!verdict_runs(rule->verdict) || strcmp(rule->name, last) == 0 ||
		    !syscalls_number(abi, rule->name, &nr))
			continue;
		json_push_text(names, rule->name);
		last = rule->name;
	}
	return names;
}

bool show_applies(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < abi_count; i++)
		if (profile_covers(profile, &abi_table[i]) && syscalls_applies(&abi_table[i], name))
			return true;
	return false;
}

static json_object *verdict_json(struct verdict verdict)
{
	json_object *object = json_new_object();

	json_set_text(object, "action", action_oci_name(verdict.action));
	if (verdict.has_errno)
		json_set_int(object, "errno", verdict.errno_ret);
	return object;
}

void show_profile_json(const struct profile *profile, struct strbuf *out)
{
	json_object *root = json_new_object();
	json_object *abis = json_new_object();
	json_object *ignored = json_new_array();

	for (size_t i = 0; i < abi_count; i++)
		if (profile_covers(profile, &abi_table[i]))
			json_set(abis, abi_table[i].name, allowed_on(profile, &abi_table[i]));
	for (size_t i = 0; i < profile->n_rules; i++)
		if (!same_name_again(profile, i) && !show_applies(profile, profile->rules[i].name))
			json_push_text(ignored, profile->rules[i].name);
	json_set(root, "abis", abis);
	json_set(root, "unknown", json_new_object());
	json_set(root, "gaps", json_new_array());
	json_set(root, "default", verdict_json(profile->fallback));
	json_set(root, "ignored", ignored);
	json_add_line(out, root);
}
