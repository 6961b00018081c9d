#include "drivers/port/port_lock.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "firmware/base/str.h"

#define LOG_MODULE "port"
#include "firmware/base/log.h"

static bool read_line(const char *path, char *dst, size_t size)
{
	FILE *f = fopen(path, "re");

	if (!f)
		return false;
	bool ok = size <= INT_MAX && fgets(dst, (int)size, f) != NULL;
	(void)fclose(f); /* it was read only */
	if (ok)
		dst[strcspn(dst, "\n")] = '\0';
	return ok;
}

/* The word at *rest, which moves behind it. NULL: none is left. */
static char *take_word(char **rest)
{
	char *at = *rest + strspn(*rest, " \t\n");
	size_t len = strcspn(at, " \t\n");

	if (len == 0)
		return NULL;
	*rest = at + len + (at[len] != '\0');
	at[len] = '\0';
	return at;
}

/* A line of /proc/locks: "1: FLOCK ADVISORY WRITE 512 00:05:1234 0 EOF" (proc(5)). */
static bool is_lock_on(char *line, const struct stat *st, uint64_t *out_pid)
{
	char want[64];
	const char *word = NULL, *kind = NULL, *pid = NULL;

	for (int i = 0; i < 6; i++) {
		word = take_word(&line);
		if (!word)
			return false;
		kind = i == 1 ? word : kind;
		pid = i == 4 ? word : pid;
	}
	return str_eq(kind, "FLOCK") &&
	       str_format(want, sizeof(want), "%02x:%02x:%llu", major(st->st_dev),
		       minor(st->st_dev), (unsigned long long)st->st_ino) &&
	       str_eq(word, want) && str_to_u64(pid, strlen(pid), INT_MAX, out_pid);
}

static void name_process(const char *proc, uint64_t pid, char *dst, size_t size)
{
	char path[PATH_MAX], comm[32] = "?";

	if (str_format(path, sizeof(path), "%s/%llu/comm", proc, (unsigned long long)pid))
		(void)read_line(path, comm, sizeof(comm)); /* it may have ended */
	(void)str_format(dst, size, "%s (pid %llu)", comm, (unsigned long long)pid);
}

bool port_lock_holder(const char *proc, int fd, char *dst, size_t size)
{
	char path[PATH_MAX], line[256];
	struct stat st;
	uint64_t pid;

	if (fstat(fd, &st) < 0 || !str_format(path, sizeof(path), "%s/locks", proc))
		return false;
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	bool found = false;
	while (!found && fgets(line, sizeof(line), f))
		found = is_lock_on(line, &st, &pid);
	(void)fclose(f); /* it was read only */
	if (found)
		name_process(proc, pid, dst, size);
	return found;
}

/* FHS 5.9: /var/lock/LCK..ttyUSB0 holds the pid in ten places. One whose process is gone
 * was left behind. */
static bool is_lock_file_held(const char *device, char *dst, size_t size)
{
	char path[PATH_MAX], text[32];
	const char *slash = strrchr(device, '/');
	uint64_t pid;

	if (!str_format(path, sizeof(path), "/var/lock/LCK..%s",
		    slash ? slash + 1 : device) ||
		!read_line(path, text, sizeof(text)))
		return false;
	const char *trimmed = str_trim(text);
	if (!str_to_u64(trimmed, strlen(trimmed), INT_MAX, &pid) || pid == 0 ||
		(kill((pid_t)pid, 0) < 0 && errno == ESRCH))
		return false;
	name_process(PORT_LOCK_PROC, pid, dst, size);
	return true;
}

enum err port_lock(int fd, const char *device)
{
	char who[64] = "another program";

	if (flock(fd, LOCK_EX | LOCK_NB) == 0 &&
		!is_lock_file_held(device, who, sizeof(who)))
		return ERR_OK;
	(void)port_lock_holder(PORT_LOCK_PROC, fd, who, sizeof(who)); /* else as it is */
	log_warn("port=%s is used by %s", device, who);
	return ERR_BUSY;
}
