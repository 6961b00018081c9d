#include "firmware/store/opening.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "firmware/base/str.h"

#define LOG_MODULE "store"
#include "firmware/base/log.h"

#define ROOM_MIN_OCTETS (256 * 1024) /* less than this is a full disk */

static const struct {
	const char *what, *todo; /* "The store PATH what (detail). todo" */
} sentences[] = {
	[STORE_FINE] = { "is fine", "" },
	[STORE_LOCKED] = { "is locked by another program",
		"End that program, or wait until it has finished, then start again." },
	[STORE_CORRUPT] = { "is damaged, or not a store of Chapar",
		"It was left exactly as it is: move it and its -wal file aside to a safe "
		"place, then restore a backup there, or start without it." },
	[STORE_NEWER] = { "was written by a newer Chapar",
		"Install that version again, or restore a backup made with this one." },
	[STORE_UNREACHABLE] = { "cannot be opened",
		"Its folder must exist, and this program must be allowed to read and "
		"write in it." },
	[STORE_FULL] = { "has no room: the disk is full",
		"Make room, then start again; what was stored is safe." },
};

static void explain(struct store_opening *out, enum store_problem problem,
	const char *path, const char *detail)
{
	out->problem = problem;
	/* A path too long for the sentence is cut. */
	(void)str_format(out->message, sizeof(out->message),
		"The store %.120s %s%s%s%s. %s", path, sentences[problem].what,
		detail[0] ? " (" : "", detail, detail[0] ? ")" : "",
		sentences[problem].todo);
}

static bool look_at_folder(const char *path, struct store_opening *why)
{
	char folder[512];
	struct statvfs disk;

	if (!str_copy(folder, sizeof(folder), path)) {
		explain(why, STORE_UNREACHABLE, path, "its path is too long");
		return false;
	}
	char *slash = strrchr(folder, '/');
	if (!slash)
		(void)str_copy(folder, sizeof(folder), ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
	if (access(folder, R_OK | W_OK | X_OK) < 0) {
		explain(why, STORE_UNREACHABLE, path, strerror(errno));
		return false;
	}
	if (statvfs(folder, &disk) == 0 &&
		(uint64_t)disk.f_bavail * disk.f_frsize < ROOM_MIN_OCTETS) {
		explain(why, STORE_FULL, path, "");
		return false;
	}
	return true;
}

bool opening_look(const char *path, struct store_opening *why)
{
	struct stat st;

	if (!look_at_folder(path, why))
		return false;
	if (stat(path, &st) < 0) {
		if (errno == ENOENT)
			return true;
		explain(why, STORE_UNREACHABLE, path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		explain(why, STORE_UNREACHABLE, path, "it is not a file");
		return false;
	}
	if (access(path, R_OK | W_OK) < 0) {
		explain(why, STORE_UNREACHABLE, path, strerror(errno));
		return false;
	}
	return true;
}

/* The n-th (from 0) word of a line, words parted by spaces. */
static bool word_of(const char *line, unsigned n, char *dst, size_t size)
{
	for (;;) {
		line += strspn(line, " ");
		size_t len = strcspn(line, " \n");
		if (len == 0)
			return false;
		if (n-- == 0)
			return str_copy_n(dst, size, line, len);
		line += len;
	}
}

/* proc(5): "1: POSIX ADVISORY WRITE PID MAJOR:MINOR:INODE START END". */
static bool is_write_lock_on(
	const char *line, const struct stat *file, char *pid, size_t pid_size)
{
	char mode[8], where[64], wanted[64];

	(void)str_format(wanted, sizeof(wanted), "%02x:%02x:%llu", major(file->st_dev),
		minor(file->st_dev), (unsigned long long)file->st_ino);
	return word_of(line, 3, mode, sizeof(mode)) && str_eq(mode, "WRITE") &&
	       word_of(line, 5, where, sizeof(where)) && str_eq(where, wanted) &&
	       word_of(line, 4, pid, pid_size);
}

static bool find_lock_holder(const char *path, char *pid, size_t pid_size)
{
	char line[256];
	struct stat file;
	bool found = false;

	if (stat(path, &file) < 0)
		return false;
	FILE *locks = fopen("/proc/locks", "re");
	if (!locks)
		return false;
	while (!found && fgets(line, sizeof(line), locks))
		found = is_write_lock_on(line, &file, pid, pid_size);
	(void)fclose(locks);
	return found;
}

static void name_program(const char *pid, char *dst, size_t size)
{
	char path[64], name[32] = "";

	(void)str_format(path, sizeof(path), "/proc/%.16s/comm", pid);
	FILE *comm = fopen(path, "re");
	if (comm && fgets(name, sizeof(name), comm))
		name[strcspn(name, "\n")] = '\0';
	if (comm)
		(void)fclose(comm);
	(void)str_format(dst, size, "process %.16s%s%s", pid, name[0] ? ", " : "", name);
}

static void explain_lock(const char *path, struct store_opening *out)
{
	char shm[520], pid[24], detail[80] = "";

	(void)str_format(shm, sizeof(shm), "%s-shm", path);
	if (find_lock_holder(path, pid, sizeof(pid)) ||
		find_lock_holder(shm, pid, sizeof(pid)))
		name_program(pid, detail, sizeof(detail));
	explain(out, STORE_LOCKED, path, detail);
}

static const struct {
	int rc;
	enum store_problem problem;
} problems[] = {
	{ SQLITE_CORRUPT, STORE_CORRUPT },
	{ SQLITE_NOTADB, STORE_CORRUPT },
	{ SQLITE_BUSY, STORE_LOCKED },
	{ SQLITE_FULL, STORE_FULL },
};

void opening_explain(const char *path, enum err err, int rc, struct store_opening *out)
{
	enum store_problem problem = STORE_UNREACHABLE;

	if (err == ERR_UNSUPPORTED)
		problem = STORE_NEWER;
	else if (err == ERR_INPUT)
		problem = STORE_CORRUPT;
	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
		if (err != ERR_UNSUPPORTED && (rc & 0xff) == problems[i].rc)
			problem = problems[i].problem;
	}
	if (problem == STORE_LOCKED)
		explain_lock(path, out);
	else
		explain(out, problem, path,
			problem == STORE_UNREACHABLE ? sqlite3_errstr(rc) : "");
}
