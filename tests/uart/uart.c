/*
 * Pseudo-terminals that pass for UARTs, by LD_PRELOAD, for tests alone: the program finds
 * /dev/ttyUART3 where there is /dev/pts/3, with a place in sysfs and with modem lines, so
 * that it takes the way of a real port through libserialport. Speeds are the kernel's
 * own: a pty keeps what tcsetattr(3) gives it, and modemsim's `baud` reads it there.
 */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS /* else open() and open64() are one here, and two to others */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PTY "/dev/pts/"
#define UART "/dev/ttyUART"
#define PLACE "/sys/class/tty/ttyUART"
#define DEVICE "../../devices/platform/serial8250/tty/ttyUART"

enum {
	PTY_MAJOR = 136 /* to 143: Documentation/admin-guide/devices.txt */
};

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* The name of the pty behind path, or path itself. */
static const char *real_name(const char *path, char name[PATH_MAX])
{
	if (!begins(path, UART))
		return path;
	(void)snprintf(name, PATH_MAX, PTY "%s", path + strlen(UART)); /* shorter */
	return name;
}

static int open_it(const char *path, int flags, mode_t mode)
{
	char name[PATH_MAX];

	return (int)syscall(SYS_openat, AT_FDCWD, real_name(path, name), flags, mode);
}

/* A mode where there is one; it is passed on, and no harm where there is none. */
#define OPEN(function)                                                                   \
	int function(const char *path, int flags, ...)                                   \
	{                                                                                \
		va_list args;                                                            \
		va_start(args, flags);                                                   \
		mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;  \
		va_end(args);                                                            \
		return open_it(path, flags, mode);                                       \
	}
OPEN(open)
OPEN(open64)

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
	return open_it(path, flags, 0);
}

int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
	return open_it(path, flags, 0);
}

static char *rename_pty(char *found, size_t size)
{
	char name[PATH_MAX];

	if (found && begins(found, PTY)) {
		(void)snprintf(name, sizeof(name), UART "%s", found + strlen(PTY));
		(void)snprintf(found, size, "%s", name); /* size: of a path */
	}
	return found;
}

/* What realpath(3) allocates is as long as the name, and the new one is longer. */
char *realpath(const char *restrict path, char *restrict into)
{
	char *(*real)(const char *, char *);
	void *at = dlsym(RTLD_NEXT, "realpath");
	char *own = into ? into : malloc(PATH_MAX);

	memcpy(&real, &at, sizeof(real)); /* ISO C knows no other way */

	if (!own || !real(path, own)) {
		if (!into)
			free(own);
		return NULL;
	}
	return rename_pty(own, PATH_MAX);
}

char *__realpath_chk(const char *path, char *into, size_t size);
char *__realpath_chk(const char *path, char *into, size_t size)
{
	return size < PATH_MAX ? NULL : realpath(path, into);
}

static int stat_link(const char *path, struct stat *st)
{
	if (!begins(path, PLACE))
		return fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
	*st = (struct stat){ .st_mode = S_IFLNK | 0777 };
	return 0;
}

int lstat(const char *restrict path, struct stat *restrict st)
{
	return stat_link(path, st);
}

int lstat64(const char *restrict path, struct stat64 *restrict st)
{
	return stat_link(path, (struct stat *)(void *)st); /* the same on 64 bits */
}

int __lxstat(int version, const char *path, struct stat *st);
int __lxstat(int version, const char *path, struct stat *st)
{
	(void)version;
	return stat_link(path, st);
}

ssize_t readlink(const char *restrict path, char *restrict into, size_t size)
{
	char name[PATH_MAX];
	size_t len;

	if (!begins(path, PLACE))
		return syscall(SYS_readlinkat, AT_FDCWD, path, into, size);
	(void)snprintf(name, sizeof(name), DEVICE "%s", path + strlen(PLACE)); /* fits */
	len = strlen(name) < size ? strlen(name) : size;
	memcpy(into, name, len);
	return (ssize_t)len;
}

static bool is_pty(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       major(st.st_rdev) >= PTY_MAJOR && major(st.st_rdev) < PTY_MAJOR + 8;
}

/* The lines of a UART: DTR and RTS are there to be set. TIOCEXCL would outlive the
 * program on a pty, whose other end stays open. */
int ioctl(int fd, unsigned long what, ...)
{
	va_list args;
	va_start(args, what);
	void *arg = va_arg(args, void *);
	va_end(args);

	bool is_line = what == TIOCMGET || what == TIOCMSET || what == TIOCMBIS ||
		       what == TIOCMBIC;
	if ((!is_line && what != TIOCEXCL && what != TIOCNXCL) || !is_pty(fd))
		return (int)syscall(SYS_ioctl, fd, what, arg);
	if (what == TIOCMGET)
		*(int *)arg = TIOCM_CTS | TIOCM_DSR;
	return 0;
}
