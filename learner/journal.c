#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "syscalls.h"
#include "text.h"

int journal_open(struct journal *journal, const char *path, struct err *err)
{
	*journal = (struct journal){.path = path, .fd = -1, .text = STRBUF_INIT};
	if (path == NULL)
		return 0;
	if (strcmp(path, "-") == 0) {
		journal->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
		return journal->fd < 0 ? err_sys(err, errno, "cannot write standard output") : 0;
	}
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
	journal->fd = open(path, flags | O_CREAT | O_EXCL, 0666);
	journal->created = journal->fd >= 0;
	if (journal->fd < 0 && errno == EEXIST)
		journal->fd = open(path, flags | O_CREAT, 0666);
	if (journal->fd < 0)
		return err_sys(err, errno, "cannot write '%s'", path);
	return 0;
}

/*
 * A write that fails half-way (a full disk) must not leave half a line in the middle of the file:
 * the file is cut back to whole lines and is not written to any more until the end.
 */
static void write_line(struct journal *journal)
{
	if (journal->fd < 0 || journal->error.msg != NULL)
		return;
	int r = file_write_all(journal->fd, journal->text.s + journal->written,
			       journal->text.len - journal->written);
	if (r == 0) {
		journal->written = journal->text.len;
		return;
	}
	(void)err_sys(&journal->error, -r, "cannot write '%s'", journal->path);
	if (ftruncate(journal->fd, (off_t)journal->written) == 0)
		(void)lseek(journal->fd, (off_t)journal->written, SEEK_SET);
}

static void add_line(struct journal *journal, json_object *line)
{
	strbuf_adds(&journal->text,
		    json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN |
								 JSON_C_TO_STRING_NOSLASHESCAPE));
	strbuf_addch(&journal->text, '\n');
	json_object_put(line);
	write_line(journal);
}

/* Seconds are written with four digits: a call is not told from the next one by more. */
static json_object *seconds(double t)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.4f", t < 0 ? 0 : t);
	return json_object_new_double_s(t, text);
}

/* Names come from the workload and may hold any bytes; JSON takes only UTF-8. */
static json_object *clean_string(const char *text)
{
	cleanup_strbuf struct strbuf clean = STRBUF_INIT;

	strbuf_add_utf8(&clean, text);
	return json_object_new_string_len(clean.s, (int)clean.len);
}

static void add_string(json_object *line, const char *key, const char *text)
{
	if (text != NULL)
		json_object_object_add(line, key, clean_string(text));
}

void journal_begin(struct journal *journal, char *const *command, const char *mode)
{
	struct utsname uts = {0};
	char started[32];
	time_t now = time(NULL);
	struct tm tm;
	struct stat st;

	/* Only now, when the program runs: a mistyped command must not cost an old recording. */
	if (journal->fd >= 0 && fstat(journal->fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    strcmp(journal->path, "-") != 0 && ftruncate(journal->fd, 0) < 0)
		(void)err_sys(&journal->error, errno, "cannot empty '%s'", journal->path);
	journal->begun = true;
	(void)uname(&uts);
	(void)strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));

	json_object *line = json_object_new_object();
	json_object *words = json_object_new_array();
	for (; *command != NULL; command++)
		json_object_array_add(words, clean_string(*command));
	json_object_object_add(line, "recording", json_object_new_int(1));
	add_string(line, "tool", VERSION);
	add_string(line, "started", started);
	json_object_object_add(line, "command", words);
	add_string(line, "machine", uts.machine);
	add_string(line, "kernel", uts.release);
	add_string(line, "mode", mode);
	add_line(journal, line);
}

void journal_observation(struct journal *journal, const struct observation *o)
{
	char name[SYSCALL_NAME_MAX];
	json_object *line = json_object_new_object();

	json_object_object_add(line, "t", seconds(o->t));
	add_string(line, "abi", o->abi->name);
	json_object_object_add(line, "nr", json_object_new_int(o->nr));
	if (syscalls_name(o->abi, o->nr, name))
		add_string(line, "name", name);
	add_string(line, "exe", o->exe);
	add_string(line, "comm", o->comm);
	json_object_object_add(line, "pid", json_object_new_int(o->pid));
	json_object_object_add(line, "tid", json_object_new_int(o->tid));
	add_string(line, "at", o->at);
	if (o->has_result)
		json_object_object_add(line, "result", json_object_new_int64(o->result));
	add_line(journal, line);
}

void journal_gap(struct journal *journal, double t, enum gap_kind kind, const char *detail)
{
	json_object *line = json_object_new_object();

	json_object_object_add(line, "t", seconds(t));
	add_string(line, "gap", gap_name(kind));
	add_string(line, "detail", detail);
	add_line(journal, line);
}

void journal_end(struct journal *journal, const struct journal_end *end)
{
	json_object *line = json_object_new_object();
	json_object *figures = json_object_new_object();

	json_object_object_add(figures, "t", seconds(end->t));
	json_object_object_add(figures, "status", json_object_new_int(end->status));
	json_object_object_add(figures, "processes", json_object_new_uint64(end->processes));
	json_object_object_add(figures, "threads", json_object_new_uint64(end->threads));
	json_object_object_add(figures, "stops", json_object_new_uint64(end->stops));
	json_object_object_add(figures, "sieves", json_object_new_uint64(end->sieves));
	json_object_object_add(figures, "sieved_at_least", json_object_new_uint64(end->sieved));
	json_object_object_add(line, "end", figures);
	add_line(journal, line);
}

int journal_close(struct journal *journal, struct err *err)
{
	if (journal->fd < 0)
		return 0;
	/* Room may have come back since. */
	if (journal->error.msg != NULL) {
		err_done(&journal->error);
		write_line(journal);
	}
	int r = close(journal->fd) < 0 && journal->error.msg == NULL ? errno : 0;
	journal->fd = -1;
	if (journal->error.msg != NULL)
		return err_set(err, EIO, "%s (the recording ends after %zu of %zu bytes)",
			       journal->error.msg, journal->written, journal->text.len);
	return r == 0 ? 0 : err_sys(err, r, "cannot write '%s'", journal->path);
}

void journal_abandon(struct journal *journal)
{
	if (journal->created && !journal->begun)
		(void)unlink(journal->path);
}

void journal_release(struct journal *journal)
{
	if (journal->fd >= 0)
		(void)close(journal->fd);
	journal->fd = -1;
	strbuf_release(&journal->text);
	err_done(&journal->error);
}
