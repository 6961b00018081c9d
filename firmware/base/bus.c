/*
 * Seqpacket keeps datagrams whole, so there is no framing to get wrong: one send is one
 * line. A peer lies in the server's array; its loop_io is the peer's own.
 */
#include "firmware/base/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "firmware/base/str.h"

#define LOG_MODULE "bus"
#include "firmware/base/log.h"

enum {
	PEERS_MAX = 16, /* paneld, a few chaparctl */
	BACKLOG = 8,
	VALUE_MAX = 32, /* a number as text */
};

struct bus_peer {
	struct bus_server *server;
	struct loop_io *io; /* NULL: this place is free */
	int fd;
	uint64_t id;
};

struct bus_server {
	struct loop *loop;
	struct loop_io *io;
	int fd;
	bus_fn fn;
	bus_joined_fn joined;
	void *user;
	uint64_t last_id;
	struct bus_peer peers[PEERS_MAX];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

/* The line's grammar: topic, then ` key=value`, a value bare or in quotes with \\, \" and
 * \n inside. */

static bool is_bare(const char *value)
{
	if (*value == '\0')
		return false;
	for (; *value; value++) {
		if ((unsigned char)*value <= ' ' || *value == '"' || *value == '\\')
			return false;
	}
	return true;
}

static bool add_char(char *line, size_t size, size_t *len, char c)
{
	if (*len + 1 >= size)
		return false;
	line[(*len)++] = c;
	line[*len] = '\0';
	return true;
}

static bool add_quoted(char *line, size_t size, const char *value)
{
	size_t len = strlen(line);
	bool ok = add_char(line, size, &len, '"');

	for (; ok && *value; value++) {
		bool escape = *value == '"' || *value == '\\' || *value == '\n';
		if (escape)
			ok = add_char(line, size, &len, '\\');
		ok = ok && add_char(line, size, &len, *value == '\n' ? 'n' : *value);
	}
	return ok && add_char(line, size, &len, '"');
}

bool bus_add(char *line, size_t size, const char *key, const char *value)
{
	size_t before = strlen(line);
	bool ok = str_append(line, size, " ") && str_append(line, size, key) &&
		  str_append(line, size, "=") &&
		  (is_bare(value) ? str_append(line, size, value)
				  : add_quoted(line, size, value));
	if (!ok)
		line[before] = '\0'; /* all of it or nothing */
	return ok;
}

bool bus_add_i64(char *line, size_t size, const char *key, int64_t value)
{
	char text[VALUE_MAX];

	return str_format(text, sizeof(text), "%lld", (long long)value) &&
	       bus_add(line, size, key, text);
}

/* Reads one value into dst (NULL: skips it); returns what follows it, NULL if malformed
 * or too long. */
static const char *read_value(const char *s, char *dst, size_t size)
{
	bool quoted = *s == '"';
	size_t len = 0;

	s += quoted;
	while (*s && (quoted ? *s != '"' : *s != ' ')) {
		char c = *s++;
		if (quoted && c == '\\') {
			if (*s == '\0')
				return NULL;
			c = *s == 'n' ? '\n' : *s;
			s++;
		}
		if (dst && !add_char(dst, size, &len, c))
			return NULL;
	}
	if (quoted && *s != '"')
		return NULL;
	return s + quoted;
}

bool bus_get(const char *line, const char *key, char *dst, size_t size)
{
	const char *s = line + strcspn(line, " ");
	size_t key_len = strlen(key);

	if (size == 0)
		return false;
	while (s && *s == ' ') {
		s++;
		size_t n = strcspn(s, "= ");
		if (s[n] != '=') {
			s += n;
			continue;
		}
		bool found = n == key_len && memcmp(s, key, n) == 0;
		dst[0] = '\0';
		s = read_value(s + n + 1, found ? dst : NULL, size);
		if (found)
			return s != NULL;
	}
	return false;
}

bool bus_get_i64(const char *line, const char *key, int64_t *out)
{
	char text[VALUE_MAX];

	return bus_get(line, key, text, sizeof(text)) &&
	       str_to_i64(text, strlen(text), out);
}

bool bus_is(const char *line, const char *topic)
{
	size_t n = strcspn(line, " ");

	return n == strlen(topic) && memcmp(line, topic, n) == 0;
}

/* The socket. */

static bool make_address(struct sockaddr_un *out, const char *path)
{
	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	return str_copy(out->sun_path, sizeof(out->sun_path), path);
}

static int make_socket(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

enum err bus_connect(int *out_fd, const char *path)
{
	struct sockaddr_un address;

	if (!make_address(&address, path))
		return ERR_MEM;
	int fd = make_socket();
	if (fd < 0)
		return ERR_SYS;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0) {
		*out_fd = fd;
		return ERR_OK;
	}
	int code = errno;
	(void)close(fd); /* never used */
	return code == ENOENT || code == ECONNREFUSED ? ERR_NOTFOUND : ERR_SYS;
}

enum err bus_send(int fd, const char *line)
{
	ssize_t n = send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n >= 0)
		return ERR_OK;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? ERR_BUSY
									   : ERR_SYS;
}

/* ERR_BUSY: nothing there; ERR_SYS: the other side is gone. */
static enum err receive_now(int fd, char *line, size_t size)
{
	ssize_t n;

	do {
		n = recv(fd, line, size - 1, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? ERR_BUSY : ERR_SYS;
	if (n == 0)
		return ERR_SYS;
	line[n] = '\0';
	return ERR_OK;
}

enum err bus_receive(int fd, char *line, size_t size, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n = poll(&p, 1, timeout_ms);

	if (n == 0 || (n < 0 && errno == EINTR))
		return ERR_TIMEOUT;
	if (n < 0)
		return ERR_SYS;
	enum err err = receive_now(fd, line, size);
	return err == ERR_BUSY ? ERR_TIMEOUT : err;
}

/* The server. */

static void peer_drop(struct bus_peer *peer)
{
	if (!peer->io)
		return;
	loop_io_remove(peer->io);
	(void)close(peer->fd); /* the other side has gone or goes */
	peer->io = NULL;
	peer->fd = -1;
}

static void on_peer(void *user, int fd, unsigned events)
{
	struct bus_peer *peer = user;
	char line[BUS_LINE_MAX + 1];

	(void)events; /* a hang-up shows as end of file */
	enum err err = receive_now(fd, line, sizeof(line));
	if (err == ERR_OK)
		peer->server->fn(peer->server->user, peer, line);
	else if (err != ERR_BUSY)
		peer_drop(peer);
}

static struct bus_peer *peer_find_free(struct bus_server *server)
{
	for (size_t i = 0; i < PEERS_MAX; i++) {
		if (!server->peers[i].io)
			return &server->peers[i];
	}
	return NULL;
}

static void on_listen(void *user, int fd, unsigned events)
{
	struct bus_server *server = user;
	struct bus_peer *peer = peer_find_free(server);
	int client = accept(fd, NULL, NULL);

	(void)events;
	if (client < 0)
		return; /* it left again before we came */
	if (!peer) {
		log_warn("client refused: more than %d", PEERS_MAX);
		(void)close(client);
		return;
	}
	(void)fcntl(client, F_SETFD, FD_CLOEXEC); /* reads and sends ask not to wait */
	peer->server = server;
	peer->fd = client;
	peer->id = ++server->last_id;
	if (loop_io_add(server->loop, &peer->io, client, LOOP_READ, on_peer, peer) !=
		ERR_OK) {
		(void)close(client);
		return;
	}
	if (server->joined)
		server->joined(server->user, peer);
}

/* A socket file without a listener is what a kill leaves behind. */
static enum err clear_path(const char *path)
{
	int fd;
	enum err err = bus_connect(&fd, path);

	if (err == ERR_OK) {
		(void)close(fd);
		log_error("another chapar-modemd answers on %s", path);
		return ERR_BUSY;
	}
	if (unlink(path) < 0 && errno != ENOENT) {
		log_error("cannot replace %s: %s", path, strerror(errno));
		return ERR_SYS;
	}
	return ERR_OK;
}

static enum err start_listening(struct bus_server *server, const char *path)
{
	struct sockaddr_un address;

	if (!make_address(&address, path) ||
		!str_copy(server->path, sizeof(server->path), path)) {
		log_error("path too long: %s", path);
		return ERR_MEM;
	}
	enum err err = clear_path(path);
	if (err != ERR_OK)
		return err;
	server->fd = make_socket();
	if (server->fd < 0 ||
		bind(server->fd, (const struct sockaddr *)&address, sizeof(address)) <
			0 ||
		chmod(path, 0660) < 0 || listen(server->fd, BACKLOG) < 0) {
		log_error("cannot listen on %s: %s", path, strerror(errno));
		return ERR_SYS;
	}
	return loop_io_add(
		server->loop, &server->io, server->fd, LOOP_READ, on_listen, server);
}

enum err bus_server_create(struct bus_server **out, struct loop *loop, const char *path,
	bus_fn fn, void *user)
{
	struct bus_server *server = calloc(1, sizeof(*server));

	if (!server)
		return ERR_MEM;
	server->loop = loop;
	server->fd = -1;
	server->fn = fn;
	server->user = user;
	enum err err = start_listening(server, path);
	if (err != ERR_OK) {
		if (server->fd < 0)
			server->path[0] = '\0'; /* not our file */
		bus_server_destroy(server);
		return err;
	}
	*out = server;
	return ERR_OK;
}

void bus_server_on_join(struct bus_server *server, bus_joined_fn fn)
{
	server->joined = fn;
}

void bus_server_destroy(struct bus_server *server)
{
	if (!server)
		return;
	for (size_t i = 0; i < PEERS_MAX; i++)
		peer_drop(&server->peers[i]);
	loop_io_remove(server->io);
	if (server->fd >= 0)
		(void)close(server->fd);
	if (server->path[0] != '\0')
		(void)unlink(server->path); /* the next start would do it too */
	free(server);
}

void bus_publish(struct bus_server *server, const char *line)
{
	for (size_t i = 0; i < PEERS_MAX; i++) {
		if (server->peers[i].io)
			bus_reply(&server->peers[i], line);
	}
}

void bus_reply(struct bus_peer *peer, const char *line)
{
	/* Gone: its read end tells us. Full: it missed a hint, as documented. */
	if (bus_send(peer->fd, line) == ERR_BUSY)
		log_debug("client too slow, line skipped");
}

uint64_t bus_peer_id(const struct bus_peer *peer)
{
	return peer->id;
}

void bus_reply_to(struct bus_server *server, uint64_t peer_id, const char *line)
{
	for (size_t i = 0; i < PEERS_MAX; i++) {
		if (server->peers[i].io && server->peers[i].id == peer_id)
			bus_reply(&server->peers[i], line);
	}
}
