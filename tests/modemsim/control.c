#define _GNU_SOURCE /* accept4 */
#include "tests/modemsim/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "tests/modemsim/command.h"
#define LOG_MODULE "control"
#include "firmware/base/log.h"

enum {
	IN_MAX_OCTETS = 64 * 1024,
	OUT_MAX_OCTETS = 16 * 1024 * 1024,
};

static void client_drop(struct control_client *client)
{
	int fd = client->watch.fd;

	loop_unwatch(&client->control->bank->loop, &client->watch);
	if (fd >= 0)
		(void)close(fd); /* what it did not read is lost with it */
	buf_fini(&client->in);
	buf_fini(&client->out);
}

static void client_flush(struct control_client *client)
{
	ssize_t n =
		send(client->watch.fd, client->out.data, client->out.len, MSG_NOSIGNAL);

	if (n > 0)
		buf_consume(&client->out, (size_t)n);
	else if (n < 0 && errno != EAGAIN)
		buf_reset(&client->out);
	loop_rewatch(&client->control->bank->loop, &client->watch,
		EPOLLIN | (client->out.len > 0 ? EPOLLOUT : 0U));
}

static void client_lines(struct control_client *client)
{
	char *end;

	while (client->in.len > 0 &&
		(end = memchr(client->in.data, '\n', client->in.len)) != NULL) {
		size_t used = (size_t)(end - client->in.data) + 1;

		*end = '\0';
		command_run(client->control->bank, client->in.data, &client->out);
		buf_putc(&client->out, '\n');
		buf_consume(&client->in, used);
	}
}

static void client_ready(void *user, uint32_t events)
{
	struct control_client *client = user;
	char data[4096];
	ssize_t n;

	if (events & EPOLLIN) {
		n = read(client->watch.fd, data, sizeof(data));
		if (n > 0)
			buf_put(&client->in, data, (size_t)n);
		if (n == 0 || !buf_ok(&client->in)) {
			client_drop(client);
			return;
		}
		client_lines(client);
	} else if (events & (EPOLLHUP | EPOLLERR)) {
		client_drop(client);
		return;
	}
	if (client->out.len > 0)
		client_flush(client);
}

static void client_add(struct control *control, int fd)
{
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &control->clients[i];

		if (client->watch.fd >= 0)
			continue;
		buf_init(&client->in, IN_MAX_OCTETS);
		buf_init(&client->out, OUT_MAX_OCTETS);
		if (loop_watch(&control->bank->loop, &client->watch, fd, EPOLLIN) ==
			ERR_OK)
			return;
		break;
	}
	(void)close(fd); /* refused: nothing was said on it */
}

static void listener_ready(void *user, uint32_t events)
{
	struct control *control = user;
	int fd = accept4(control->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd >= 0)
		client_add(control, fd);
}

enum err control_open(struct control *control, struct bank *bank, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	*control = (struct control){ .bank = bank,
		.listener = { -1, listener_ready, control } };
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		control->clients[i].control = control;
		control->clients[i].watch =
			(struct watch){ -1, client_ready, &control->clients[i] };
	}
	if (!str_copy(address.sun_path, sizeof(address.sun_path), path) ||
		!str_copy(control->path, sizeof(control->path), path))
		return ERR_MEM;
	(void)unlink(path); /* usually not there */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		chmod(path, 0600) < 0 || listen(fd, 8) < 0) {
		log_error("listen path=%s error=%s", path, strerror(errno));
		if (fd >= 0)
			(void)close(fd); /* never used */
		return ERR_SYS;
	}
	return loop_watch(&bank->loop, &control->listener, fd, EPOLLIN);
}

void control_close(struct control *control)
{
	int fd = control->listener.fd;

	if (!control->bank)
		return;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		client_drop(&control->clients[i]);
	loop_unwatch(&control->bank->loop, &control->listener);
	if (fd >= 0)
		(void)close(fd);     /* only accepts */
	(void)unlink(control->path); /* may be gone */
}
