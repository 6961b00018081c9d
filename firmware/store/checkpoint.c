/*
 * Moving the WAL into the database file: by paneld in passive steps while it lives, by
 * modemd only where it does not. Nothing relies on the last connection's close.
 */
#include "firmware/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"

#define LOG_MODULE "store"
#include "firmware/base/log.h"

/* Above so many frames (pages) readers are waited for, shortly, so that the next
 * writer begins the file anew; modemd alone leaves a short WAL in peace. */
#define RESTART_FRAMES 4096
#define RESTART_WAIT_MS 10
#define ALONE_OCTETS (1024 * 1024)

static enum err checkpoint(struct store *s, int mode, int *out_log, int *out_done)
{
	int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, mode, out_log, out_done);
	/* Busy: a reader or another checkpoint; what could be done is done. */
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		return db_fail(s, rc);
	return ERR_OK;
}

enum err store_checkpoint_step(struct store *s, int *out_left)
{
	int log = 0, done = 0;
	enum err err = checkpoint(s, SQLITE_CHECKPOINT_PASSIVE, &log, &done);

	if (!err && log > RESTART_FRAMES && done == log) {
		int limit_ms = s->busy_limit_ms;
		s->busy_limit_ms = RESTART_WAIT_MS;
		err = checkpoint(s, SQLITE_CHECKPOINT_RESTART, &log, &done);
		s->busy_limit_ms = limit_ms;
	}
	if (!err)
		*out_left = log > done ? log - done : 0;
	return err;
}

/* An advisory lock on a file of its own: closing any descriptor of the database itself
 * would drop SQLite's locks. */
static enum err lock_file(const struct store *s, int operation, int *out_fd)
{
	char path[sizeof(s->path) + 8];

	(void)str_format(path, sizeof(path), "%s.office", s->path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (fd < 0) {
		log_error("path=%s errno=%d", path, errno);
		return ERR_SYS;
	}
	if (flock(fd, operation | LOCK_NB) < 0) {
		enum err err = errno == EWOULDBLOCK ? ERR_BUSY : ERR_SYS;
		(void)close(fd);
		return err;
	}
	*out_fd = fd;
	return ERR_OK;
}

enum err store_office_lock(struct store *s)
{
	return s->office_fd >= 0 ? ERR_OK : lock_file(s, LOCK_EX, &s->office_fd);
}

static bool wal_is_long(const struct store *s)
{
	char path[sizeof(s->path) + 8];
	struct stat st;

	(void)str_format(path, sizeof(path), "%s-wal", s->path);
	return stat(path, &st) == 0 && st.st_size >= ALONE_OCTETS;
}

enum err store_checkpoint_if_alone(struct store *s)
{
	int fd = -1, left;

	if (!wal_is_long(s))
		return ERR_OK;
	enum err err = lock_file(s, LOCK_EX, &fd);
	if (err)
		return err == ERR_BUSY ? ERR_OK : err; /* paneld lives: its work */
	err = store_checkpoint_step(s, &left);
	(void)close(fd);
	return err;
}
