#include "firmware/office/hub_link.h"

#include <poll.h>
#include <unistd.h>

#define LOG_MODULE "link"
#include "firmware/base/log.h"

#define RETRY_MS 200 /* to find nobody costs microseconds */

static enum err send_all(struct hub *hub, int fd)
{
	char line[BUS_LINE_MAX];
	while (hub_link_take(hub, line)) {
		enum err err = bus_send(fd, line);
		if (err == ERR_BUSY) /* a hint lost to a full socket costs latency */
			log_warn("bus=full lost=%.20s", line);
		else if (err)
			return err;
	}
	return ERR_OK;
}

static enum err receive_all(struct hub *hub, int fd)
{
	char line[BUS_LINE_MAX];
	for (;;) {
		enum err err = bus_receive(fd, line, sizeof(line), 0);
		if (err == ERR_TIMEOUT)
			return ERR_OK;
		if (err == ERR_SYS)
			return err;
		if (!err)
			hub_link_line(hub, line);
	}
}

static void talk(struct hub *hub, int fd)
{
	while (!hub_is_stopping(hub)) {
		struct pollfd watch[2] = {
			{ .fd = fd, .events = POLLIN },
			{ .fd = hub_link_fd(hub), .events = POLLIN },
		};
		if (poll(watch, 2, -1) < 0)
			continue; /* a signal */
		if (watch[1].revents && send_all(hub, fd))
			return;
		if (watch[0].revents && receive_all(hub, fd))
			return;
	}
}

/* Waits, but not longer than until the hub stops. */
static void pause_ms(struct hub *hub, int ms)
{
	char line[BUS_LINE_MAX];
	struct pollfd watch = { .fd = hub_link_fd(hub), .events = POLLIN };
	while (hub_link_take(hub, line)) {
		/* Nobody is there to hear it; after connecting modemd reads the store. */
	}
	(void)poll(&watch, 1, ms); /* early is fine */
}

void link_run(struct hub *hub, const char *bus_path)
{
	while (!hub_is_stopping(hub)) {
		int fd;
		if (bus_connect(&fd, bus_path)) {
			pause_ms(hub, RETRY_MS);
			continue;
		}
		log_info("link=up");
		hub_link_set(hub, true);
		hub_work(hub);
		talk(hub, fd);
		hub_link_set(hub, false);
		close(fd);
		log_info("link=down");
	}
}
