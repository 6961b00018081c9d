/*
 * A GPIO chip of files, put under modemd by LD_PRELOAD in libgpiod's place (its first
 * API), for tests alone: the machine that runs them may have none. CHAPAR_GPIO names a
 * folder, where each line is a file of its name that says 0 or 1. The test writes those
 * of inputs; what is written to outputs is in `log` too, a line each.
 *
 * A file `die` there ends the program, as kill -9 does, just before an output is set.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

struct gpiod_line {
	char name[64], path[256];
	int events;
};
struct gpiod_chip {
	struct gpiod_line line; /* ours takes one of each */
};
struct gpiod_line_event;

struct gpiod_chip *gpiod_chip_open_lookup(const char *name);
void gpiod_chip_close(struct gpiod_chip *chip);
struct gpiod_line *gpiod_chip_get_line(struct gpiod_chip *chip, unsigned offset);
struct gpiod_line *gpiod_chip_find_line(struct gpiod_chip *chip, const char *name);
int gpiod_line_request_output_flags(
	struct gpiod_line *line, const char *consumer, int flags, int value);
int gpiod_line_request_both_edges_events_flags(
	struct gpiod_line *line, const char *consumer, int flags);
int gpiod_line_event_get_fd(struct gpiod_line *line);
int gpiod_line_event_read(struct gpiod_line *line, struct gpiod_line_event *event);
int gpiod_line_get_value(struct gpiod_line *line);
int gpiod_line_set_value(struct gpiod_line *line, int value);

static void path_of(char path[256], const char *name)
{
	const char *folder = getenv("CHAPAR_GPIO");

	(void)snprintf(path, 256, "%s/%s", folder ? folder : ".", name);
}

static int put(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);

	if (fd < 0)
		return -1;
	int result = dprintf(fd, "%s", text) < 0 ? -1 : 0;
	(void)close(fd);
	return result;
}

static int write_level(const struct gpiod_line *line, int value)
{
	char path[256], said[80];

	path_of(path, "log");
	(void)snprintf(said, sizeof(said), "%s %d\n", line->name, value);
	if (put(line->path, O_TRUNC, value ? "1" : "0") < 0)
		return -1;
	return put(path, O_APPEND, said);
}

struct gpiod_chip *gpiod_chip_open_lookup(const char *name)
{
	struct gpiod_chip *chip = calloc(1, sizeof(*chip));

	(void)name;
	if (chip)
		chip->line.events = -1;
	return chip;
}

void gpiod_chip_close(struct gpiod_chip *chip)
{
	if (chip->line.events >= 0)
		(void)close(chip->line.events);
	free(chip);
}

struct gpiod_line *gpiod_chip_find_line(struct gpiod_chip *chip, const char *name)
{
	(void)snprintf(chip->line.name, sizeof(chip->line.name), "%s", name);
	path_of(chip->line.path, chip->line.name);
	return &chip->line;
}

struct gpiod_line *gpiod_chip_get_line(struct gpiod_chip *chip, unsigned offset)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%u", offset);
	return gpiod_chip_find_line(chip, name);
}

int gpiod_line_request_output_flags(
	struct gpiod_line *line, const char *consumer, int flags, int value)
{
	(void)consumer;
	(void)flags;
	return write_level(line, value);
}

int gpiod_line_request_both_edges_events_flags(
	struct gpiod_line *line, const char *consumer, int flags)
{
	(void)consumer;
	(void)flags;
	line->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (put(line->path, 0, "") < 0)
		return -1;
	return inotify_add_watch(line->events, line->path, IN_CLOSE_WRITE) < 0 ? -1 : 0;
}

int gpiod_line_event_get_fd(struct gpiod_line *line)
{
	return line->events;
}

int gpiod_line_event_read(struct gpiod_line *line, struct gpiod_line_event *event)
{
	char events[4096];

	(void)event; /* our reader does not look into it */
	return read(line->events, events, sizeof(events)) > 0 ? 0 : -1;
}

int gpiod_line_get_value(struct gpiod_line *line)
{
	char level = '0';
	int fd = open(line->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	bool is_told = read(fd, &level, 1) == 1;
	(void)close(fd);
	return is_told && level == '1';
}

int gpiod_line_set_value(struct gpiod_line *line, int value)
{
	char path[256];

	path_of(path, "die");
	if (unlink(path) == 0)
		(void)raise(SIGKILL);
	return write_level(line, value);
}
