#include "commands.h"
#include "load.h"
#include "option_checks.h"
#include "say.h"
#include "show.h"

static void render(const struct loaded *loaded, bool json, struct strbuf *out)
{
	if (loaded->program.len > 0)
		show_program(&loaded->program, json, out);
	else if (loaded->recording != NULL && json)
		show_recording_json(loaded->recording, out);
	else if (loaded->recording != NULL)
		show_recording(loaded->recording, out);
	else if (json)
		show_profile_json(loaded->profile, out);
	else
		show_profile(loaded->profile, out);
}

int cmd_show(const struct options *o)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct loaded loaded;
	struct err err = {0};
	int r = load_file_as(o->args[0], &o->context, true, &loaded, &err);

	if (r == 0 && loaded.profile == NULL)
		r = options_refuse(
			o, OPTIONS_OF_READING,
			loaded.recording != NULL
				? "is about how a profile is read, and this is a recording"
				: "is about how a profile is read, and this is a program",
			&err);
	if (r < 0) {
		say("%s", err_text(&err));
		err_done(&err);
		loaded_release(&loaded);
		return command_table[CMD_SHOW].status_trouble;
	}
	for (size_t i = 0;
	     loaded.recording != NULL && !o->quiet && i < loaded.recording->n_warnings; i++)
		say("%s", loaded.recording->warnings[i]);
	if (!o->quiet)
		loaded_say_warnings(&loaded, load_display_name(o->args[0]));
	render(&loaded, o->json, &out);
	r = say_out(&out);
	loaded_release(&loaded);
	return r < 0 ? command_table[CMD_SHOW].status_trouble : 0;
}
