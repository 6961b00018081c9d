/*
 * What a disk and a wall clock may do to a program, by LD_PRELOAD, for tests alone. Every
 * change that the program makes to the files of one store is logged before it is made, so
 * that a test can build the disk as a power cut at any moment would leave it; on demand
 * writes fail, fsync takes long, and the wall clock is another.
 *
 * CHAPAR_FAULTFS names a folder: `control` holds the numbers of struct control, changed
 * by the test while the program runs; each process logs to `log.PID`.
 * CHAPAR_FAULTFS_STORE is the store's path: it and the files that begin with it are
 * meant, its -shm never logged.
 *
 * Names (created, removed) are taken as durable at once; contents are what fsync is for.
 * Nothing in here may call what it stands for, or allocate.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* tests/system/lib/faultfs.ts has the same list. All are 0 when nothing is wrong. */
struct control {
	_Atomic int64_t seq;		/* of the last record, of all processes */
	_Atomic int64_t logs;		/* 1: changes are logged */
	_Atomic int64_t no_sync;	/* 1: fsync is only logged, not done */
	_Atomic int64_t sync_ms;	/* each fsync takes so much longer */
	_Atomic int64_t stall_every_ms; /* the disk stands still so often, */
	_Atomic int64_t stall_ms;	/* so long */
	_Atomic int64_t write_errno;	/* each write fails so, as ENOSPC, EROFS */
	_Atomic int64_t sync_errno;	/* each fsync fails so, as EIO */
	_Atomic int64_t room;		/* not 0: after so many octets more, ENOSPC */
	_Atomic int64_t wall_ms;	/* added to the wall clock */
	_Atomic int64_t syncs, stalled; /* counted for the test */
};

enum kind {
	KIND_OPEN = 1, /* data: the name */
	KIND_WRITE,
	KIND_TRUNCATE, /* offset: the new length */
	KIND_SYNC,     /* offset: the last record before it began */
	KIND_UNLINK,   /* data: the name */
};

struct record {
	uint64_t seq, mono_us, file, offset;
	uint32_t kind, len;
};

enum {
	FDS_MAX = 4096,
	MS_PER_S = 1000
};

/* GLOBAL: one program, one disk. */
static struct control *control;
static char store[512];
static size_t store_len;
static int log_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	uint64_t ino; /* 0: not the store's */
	bool is_logged;
} files[FDS_MAX];

struct libc {
	int (*open)(const char *, int, ...);
	int (*close)(int);
	ssize_t (*write)(int, const void *, size_t);
	ssize_t (*pwrite)(int, const void *, size_t, off_t);
	int (*ftruncate)(int, off_t);
	int (*fsync)(int);
	int (*unlink)(const char *);
	int (*clock_gettime)(clockid_t, struct timespec *);
};
static struct libc found;

static void *find(const char *name)
{
	void *at = dlsym(RTLD_NEXT, name);

	if (!at)
		abort();
	return at;
}

/* A function pointer out of a data pointer, which ISO C has no cast for. */
#define FIND(member, name)                                                               \
	do {                                                                             \
		void *at = find(name);                                                   \
		memcpy(&found.member, &at, sizeof(at));                                  \
	} while (0)

/* Other libraries' constructors run before ours. */
static const struct libc *libc(void)
{
	if (found.open)
		return &found;
	FIND(close, "close");
	FIND(write, "write");
	FIND(pwrite, "pwrite64");
	FIND(ftruncate, "ftruncate64");
	FIND(fsync, "fsync");
	FIND(unlink, "unlink");
	FIND(clock_gettime, "clock_gettime");
	FIND(open, "open64");
	return &found;
}

static void open_log(const char *dir)
{
	char path[600];

	(void)snprintf(path, sizeof(path), "%s/control", dir);
	int fd = libc()->open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		abort();
	void *page =
		mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		abort();
	(void)libc()->close(fd);
	control = page;
	(void)snprintf(path, sizeof(path), "%s/log.%d", dir, (int)getpid());
	log_fd = libc()->open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log_fd < 0)
		abort();
}

__attribute__((constructor)) static void start(void)
{
	const char *dir = getenv("CHAPAR_FAULTFS");
	const char *path = getenv("CHAPAR_FAULTFS_STORE");

	if (!dir || !path)
		return;
	store_len = strlen(path);
	if (store_len >= sizeof(store))
		abort();
	memcpy(store, path, store_len);
	open_log(dir);
	/* What this process starts is another program. */
	(void)unsetenv("LD_PRELOAD");
}

static uint64_t mono_us(void)
{
	struct timespec ts = { 0 };

	(void)libc()->clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static bool is_store(const char *path)
{
	return control && strncmp(path, store, store_len) == 0;
}

/* The number is taken before the change is made and given in the order of the log, so
 * that what one process does because of another's change has the greater one. */
static void note(struct record *r, const void *data)
{
	struct iovec parts[] = { { r, sizeof(*r) }, { (void *)(uintptr_t)data, r->len } };

	if (!atomic_load(&control->logs))
		return;
	(void)pthread_mutex_lock(&lock);
	r->seq = (uint64_t)atomic_fetch_add(&control->seq, 1) + 1;
	r->mono_us = mono_us();
	if (writev(log_fd, parts, 2) < 0)
		abort(); /* a test without its log proves nothing */
	(void)pthread_mutex_unlock(&lock);
}

static void forget(int fd)
{
	if (fd >= 0 && fd < FDS_MAX)
		files[fd].ino = 0;
}

static bool is_ours(int fd)
{
	return control && fd >= 0 && fd < FDS_MAX && files[fd].ino;
}

static void remember(int fd, const char *path)
{
	struct stat st;
	const char *end = path + store_len;

	if (fd >= FDS_MAX || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	files[fd].ino = st.st_ino;
	files[fd].is_logged = strcmp(end, "-shm") != 0 && strcmp(end, ".office") != 0;
	struct record r = {
		.kind = KIND_OPEN, .file = st.st_ino, .len = (uint32_t)strlen(path)
	};
	if (files[fd].is_logged)
		note(&r, path);
}

static void sleep_ms(int64_t ms)
{
	struct timespec span = { .tv_sec = (time_t)(ms / MS_PER_S),
		.tv_nsec = (long)(ms % MS_PER_S * 1000000) };

	while (nanosleep(&span, &span) < 0 && errno == EINTR)
		;
}

/* The whole disk stands still at the same time, whoever asks. */
static void wait_for_disk(void)
{
	int64_t every_ms = atomic_load(&control->stall_every_ms);
	int64_t stall_ms = atomic_load(&control->stall_ms);

	if (every_ms) {
		int64_t at_ms = (int64_t)(mono_us() / 1000) % every_ms;
		if (at_ms < stall_ms) {
			atomic_fetch_add(&control->stalled, 1);
			sleep_ms(stall_ms - at_ms);
		}
	}
	sleep_ms(atomic_load(&control->sync_ms));
}

/* How many of len octets there is room for; 0 with errno set: none. */
static size_t make_room(size_t len)
{
	int64_t failure = atomic_load(&control->write_errno);

	if (failure) {
		errno = (int)failure;
		return 0;
	}
	int64_t room = atomic_load(&control->room);
	if (room == 0)
		return len;
	if (room <= 1) { /* used up */
		errno = ENOSPC;
		return 0;
	}
	size_t fits = len < (size_t)room - 1 ? len : (size_t)room - 1;
	atomic_fetch_sub(&control->room, (int64_t)fits);
	return fits;
}

static ssize_t change(int fd, const void *data, size_t len, off_t offset)
{
	size_t fits = make_room(len);

	if (fits == 0 && len > 0)
		return -1;
	struct record r = { .kind = KIND_WRITE,
		.file = files[fd].ino,
		.offset = (uint64_t)offset,
		.len = (uint32_t)fits };
	if (files[fd].is_logged)
		note(&r, data);
	return libc()->pwrite(fd, data, fits, offset);
}

static int sync_file(int fd)
{
	struct record r = { .kind = KIND_SYNC, .file = files[fd].ino };

	r.offset = (uint64_t)atomic_load(&control->seq);
	wait_for_disk();
	atomic_fetch_add(&control->syncs, 1);
	int64_t failure = atomic_load(&control->sync_errno);
	if (failure) {
		errno = (int)failure;
		return -1;
	}
	int rc = atomic_load(&control->no_sync) ? 0 : libc()->fsync(fd);
	if (rc == 0 && files[fd].is_logged)
		note(&r, NULL);
	return rc;
}

static bool may_be_created(const char *path, int flags)
{
	int64_t failure = control ? atomic_load(&control->write_errno) : 0;
	struct stat st;

	if (!failure || !(flags & O_CREAT) || stat(path, &st) == 0)
		return true;
	errno = (int)failure;
	return false;
}

static int open_file(const char *path, int flags, mode_t mode)
{
	bool ours = is_store(path);

	if (ours && !may_be_created(path, flags))
		return -1;
	int fd = libc()->open(path, flags, mode);
	if (fd < 0)
		return fd;
	forget(fd);
	if (ours && (flags & O_ACCMODE) != O_RDONLY)
		remember(fd, path);
	return fd;
}

/* What libc calls by these names. */

int open64(const char *path, int flags, ...)
{
	va_list args;

	va_start(args, flags);
	mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	return open_file(path, flags, mode);
}

int close(int fd)
{
	forget(fd);
	return libc()->close(fd);
}

ssize_t write(int fd, const void *data, size_t len)
{
	if (!is_ours(fd))
		return libc()->write(fd, data, len);
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t n = change(fd, data, len, at);
	if (n > 0)
		(void)lseek(fd, n, SEEK_CUR);
	return n;
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
	return is_ours(fd) ? change(fd, data, len, offset)
			   : libc()->pwrite(fd, data, len, offset);
}

int ftruncate64(int fd, off64_t len)
{
	if (!is_ours(fd))
		return libc()->ftruncate(fd, len);
	int64_t failure = atomic_load(&control->write_errno);
	if (failure) {
		errno = (int)failure;
		return -1;
	}
	struct record r = {
		.kind = KIND_TRUNCATE, .file = files[fd].ino, .offset = (uint64_t)len
	};
	if (files[fd].is_logged)
		note(&r, NULL);
	return libc()->ftruncate(fd, len);
}

int fsync(int fd)
{
	return is_ours(fd) ? sync_file(fd) : libc()->fsync(fd);
}

int fdatasync(int fd)
{
	return fsync(fd); /* the length is data that reading needs */
}

int unlink(const char *path)
{
	struct record r = { .kind = KIND_UNLINK, .len = (uint32_t)strlen(path) };

	if (is_store(path))
		note(&r, path);
	return libc()->unlink(path);
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = libc()->clock_gettime(id, ts);

	if (rc == 0 && control && id == CLOCK_REALTIME) {
		int64_t ms = atomic_load(&control->wall_ms);
		int64_t ns = ts->tv_nsec + ms % MS_PER_S * 1000000;
		ts->tv_sec += (time_t)(ms / MS_PER_S);
		ts->tv_sec += (time_t)(ns < 0 ? -1 : ns / 1000000000);
		ts->tv_nsec = (long)(ns < 0 ? ns + 1000000000 : ns % 1000000000);
	}
	return rc;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	*tv = (struct timeval){ .tv_sec = ts.tv_sec, .tv_usec = ts.tv_nsec / 1000 };
	return 0;
}

time_t time(time_t *out)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	if (out)
		*out = ts.tv_sec;
	return ts.tv_sec;
}
