#include <stddef.h>
#include <string.h>

#include "commands.h"
#include "compose.h"
#include "load.h"
#include "notes.h"
#include "output.h"
#include "overwrite.h"
#include "say.h"

static int generate(const struct options *o, struct place *place, struct recording **recording,
		    struct layers *layers, struct profile **profile, struct err *err)
{
	struct notes notes CLEANUP(notes_release) = {0};
	int r = layers_load(&o->layers, layers, err);

	if (r < 0)
		return r;
	r = place_resolve(place, o->output != NULL ? o->output : "-", err);
	if (r < 0)
		return r;
	r = overwrite_check(place, CONTENT_PROFILE, o, err);
	if (r < 0)
		return r;
	r = output_check(&o->target, &o->style, &o->context, place, err);
	if (r < 0)
		return r;
	r = load_recordings(o->args, o->n_args, recording, err);
	if (r < 0)
		return r;
	r = compose(*recording, layers, &o->target, profile, &notes, err);
	if (r < 0)
		return r;
	r = output_profile(*profile, &o->style, &o->context, place, err);
	if (r == 0 && !o->quiet) {
		for (size_t i = 0; i < (*recording)->n_warnings; i++)
			say("%s", (*recording)->warnings[i]);
		notes_say(&notes);
		if (o->output != NULL && strcmp(o->output, "-") != 0)
			say("wrote the profile to %s", o->output);
	}
	return r;
}

int cmd_generate(const struct options *o)
{
	struct recording *recording = NULL;
	struct profile *profile = NULL;
	struct layers layers = {0};
	struct place place = PLACE_INIT;
	struct err err = {0};
	int r = generate(o, &place, &recording, &layers, &profile, &err);

	if (r < 0)
		say("%s", err_text(&err));
	profile_free(profile);
	recording_free(recording);
	layers_release(&layers);
	place_release(&place);
	err_done(&err);
	return r < 0 ? command_table[CMD_GENERATE].status_trouble : 0;
}
