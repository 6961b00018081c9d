/*
 * A copy of the store while both daemons go on: one snapshot, whole and compact.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "firmware/store/db.h"

#define LOG_MODULE "store"
#include "firmware/base/log.h"

static enum err sync_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (!ok)
		log_error("backup=sync errno=%d", errno);
	if (fd >= 0)
		close(fd);
	return ok ? ERR_OK : ERR_SYS;
}

enum err store_backup(struct store *s, const char *path)
{
	if (access(path, F_OK) == 0)
		return ERR_BUSY;
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);
	if (!sql)
		return ERR_MEM;
	enum err err = db_exec(s, sql);
	sqlite3_free(sql);
	return err ? err : sync_file(path);
}
