#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "replace.h"
#include "syscalls.h"

/* What the machine's death may take away. */
#define SYNC_INTERVAL_MS 2000
#define SYNC_FIRST_SECONDS 1.0

int journal_open(struct journal *journal, struct place *place, struct err *err)
{
	*journal = (struct journal)JOURNAL_INIT;
	journal->place = place;
	if (place == NULL)
		return 0;
	int r = place_prepare(place, &journal->new, err);
	if (r < 0)
		return r;
	journal->regular = place->kind == PLACE_FILE;
	if (journal->regular)
		return 0;
	journal->fd = place->kind == PLACE_DESCRIPTOR ? fcntl(place->fd, F_DUPFD_CLOEXEC, 3)
						      : place_open(place, O_WRONLY);
	if (journal->fd >= 0)
		return 0;
	r = place->kind == PLACE_DESCRIPTOR ? -errno : journal->fd;
	journal->fd = -1;
	return err_sys(err, -r, "cannot write '%s'", place->path);
}

static void fail(struct journal *journal, int errnum)
{
	const char *path = journal->place->path;
	bool output = strcmp(path, "-") == 0;

	journal->errnum = errnum;
	(void)err_sys(&journal->error, errnum, output ? "cannot write %s" : "cannot write '%s'",
		      output ? "standard output" : path);
}

/*
 * A write that fails half-way (a full disk) must not leave half a line in the middle of the file:
 * the file is cut back to whole lines and is not written to any more until the end. What is not
 * ours alone (standard output, a pipe) can't be cut: there the rest of the line follows at the end.
 */
static void write_lines(struct journal *journal)
{
	size_t whole = journal->written;
	int error = 0;

	if (journal->fd < 0 || journal->error.msg != NULL)
		return;
	while (error == 0 && journal->written < journal->text.len) {
		ssize_t n = write(journal->fd, journal->text.s + journal->written,
				  journal->text.len - journal->written);
		if (n >= 0)
			journal->written += (size_t)n;
		else if (errno != EINTR)
			error = errno;
	}
	if (error == 0) {
		syncer_wrote(&journal->syncer);
		return;
	}
	fail(journal, error);
	if (journal->regular && ftruncate(journal->fd, (off_t)whole) == 0 &&
	    lseek(journal->fd, (off_t)whole, SEEK_SET) >= 0)
		journal->written = whole;
}

static void begin_in_place(struct journal *journal)
{
	if (journal->regular && ftruncate(journal->fd, 0) < 0)
		fail(journal, errno);
	journal->written = 0;
	write_lines(journal);
}

/*
 * A file may be writable where its directory is not, or be the mount point of a container's volume:
 * then it is written to in place.
 */
static bool begin_in_old_file(struct journal *journal, int r)
{
	if (!place_needs_writing_in_place(journal->place, r))
		return false;
	int fd = place_open(journal->place, O_RDWR);
	if (fd < 0)
		return false;
	err_done(&journal->error);
	journal->fd = fd;
	journal->place->ours = true;
	begin_in_place(journal);
	return true;
}

/* The header, on disk before the file has its name. */
static int begin_new_file(struct journal *journal, struct replacement *new)
{
	journal->fd = new->fd;
	write_lines(journal);
	if (journal->error.msg != NULL)
		return -journal->errnum;
	int r = file_sync(journal->fd);
	if (r < 0) {
		fail(journal, -r);
		return r;
	}
	return replacement_commit(new, journal->place, &journal->error);
}

static void begin_file(struct journal *journal)
{
	struct replacement *new = &journal->new;
	int r = new->fd < 0 ? replacement_begin(new, journal->place, &journal->error) : 0;

	if (r == 0)
		r = begin_new_file(journal, new);
	if (r == 0)
		(void)take_fd(&new->fd);
	else
		journal->fd = -1;
	replacement_release(new);
	if (r == 0 || begin_in_old_file(journal, r))
		return;
	journal->errnum = -r;
}

/* In another thread, while the file is open. */
static int put_on_disk(void *data)
{
	struct journal *journal = data;
	int r = file_sync(journal->fd);

	if (!journal->named_on_disk)
		place_sync_dir(journal->place);
	journal->named_on_disk = true;
	return r;
}

void journal_begin(struct journal *journal, char *const *command, const char *mode,
		   const struct known_line *known)
{
	struct utsname uts = {0};
	cleanup_free char *started = recording_time(time(NULL));

	(void)uname(&uts);
	recording_add_header_line(&journal->text, &(struct header_line){.tool = VERSION,
									.started = started,
									.machine = uts.machine,
									.kernel = uts.release,
									.mode = mode,
									.command = command});
	if (known != NULL)
		recording_add_known_line(&journal->text, known);
	journal->begun = true;
	/* Only now, when the program runs: a mistyped command must not cost an old recording. */
	if (journal->regular && journal->fd < 0)
		begin_file(journal);
	else if (journal->fd >= 0)
		begin_in_place(journal);
}

unsigned int journal_tick_ms(const struct journal *journal)
{
	return journal->regular ? SYNC_INTERVAL_MS : 0;
}

/* Most runs are over by then, and a thread costs as much as a dozen stops. */
void journal_tick(struct journal *journal, double t)
{
	if (!journal->regular || journal->fd < 0 || journal->syncer.runs || t < SYNC_FIRST_SECONDS)
		return;
	syncer_start(&journal->syncer, put_on_disk, journal, SYNC_INTERVAL_MS);
	syncer_wrote(&journal->syncer);
}

void journal_observation(struct journal *journal, const struct observation *o)
{
	char name[SYSCALL_NAME_MAX];
	const bool has_name = syscalls_name(o->abi, o->nr, name);

	recording_add_call_line(&journal->text, &(struct call_line){.t = recording_seconds(o->t),
								    .abi = o->abi,
								    .nr = o->nr,
								    .name = has_name ? name : NULL,
								    .exe = o->exe,
								    .comm = o->comm,
								    .at = o->at,
								    .pid = o->pid,
								    .tid = o->tid,
								    .has_result = o->has_result,
								    .result = o->result});
	write_lines(journal);
}

void journal_gap(struct journal *journal, double t, enum gap_kind kind, const char *detail)
{
	recording_add_gap_line(&journal->text,
			       &(struct gap_line){recording_seconds(t), gap_name(kind), detail});
	write_lines(journal);
}

void journal_end(struct journal *journal, const struct end_line *end)
{
	struct end_line rounded = *end;

	rounded.t = recording_seconds(end->t);
	recording_add_end_line(&journal->text, &rounded);
	write_lines(journal);
}

/* Does the file hold what was written to it? */
static bool is_intact(const struct journal *journal, const struct stat *st)
{
	cleanup_free char *held = xmalloc(journal->written + 1);
	size_t n = 0;

	if (st->st_size != (off_t)journal->written)
		return false;
	while (n < journal->written) {
		ssize_t got = pread(journal->fd, held + n, journal->written - n, (off_t)n);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	return memcmp(held, journal->text.s, n) == 0;
}

/*
 * The workload may have removed the file with its directory's content, emptied it, or put another
 * in its place, and whoever reads that one must not take it for the recording.
 */
static int settle(struct journal *journal, struct err *err)
{
	struct stat ours;
	int state = place_state(journal->place);

	if (state == -EEXIST)
		return err_set(err, EEXIST,
			       "'%s' is not the recording: the command has put another file in its "
			       "place",
			       journal->place->path);
	if (state == 0 && journal->fd >= 0 && fstat(journal->fd, &ours) == 0 &&
	    is_intact(journal, &ours)) {
		int r = file_sync(journal->fd);
		if (r < 0)
			return err_sys(err, -r, "cannot write '%s'", journal->place->path);
		place_sync_dir(journal->place);
		return 0;
	}
	int r = place_write(journal->place, journal->text.s, journal->text.len, err);
	if (r < 0)
		return r;
	journal->written = journal->text.len;
	err_done(&journal->error);
	return 0;
}

int journal_close(struct journal *journal, struct err *err)
{
	int r = 0;

	if (!journal->begun || journal->place == NULL)
		return 0;
	int synced = syncer_stop(&journal->syncer);
	if (synced < 0 && journal->error.msg == NULL)
		fail(journal, -synced);
	/* Room may have come back since. */
	if (journal->fd >= 0 && journal->error.msg != NULL) {
		err_done(&journal->error);
		write_lines(journal);
	}
	if (journal->regular)
		r = settle(journal, err);
	if (journal->fd >= 0 && close(take_fd(&journal->fd)) < 0 && journal->error.msg == NULL)
		fail(journal, errno);
	if (r < 0 || journal->error.msg == NULL)
		return r;
	return err_set(err, journal->errnum, "%s (the recording ends after %zu of %zu bytes)",
		       journal->error.msg, journal->written, journal->text.len);
}

void journal_release(struct journal *journal)
{
	(void)syncer_stop(&journal->syncer);
	if (journal->fd >= 0)
		(void)close(journal->fd);
	journal->fd = -1;
	replacement_release(&journal->new);
	strbuf_release(&journal->text);
	err_done(&journal->error);
}
