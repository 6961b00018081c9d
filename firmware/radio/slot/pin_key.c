#include "firmware/radio/slot/pin_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/store/setting.h"

#define LOG_MODULE "pin"
#include "firmware/base/log.h"

/* A whole key and nothing else. */
static enum err read_key(const char *path, struct crypto_seal_key *out)
{
	uint8_t octets[CRYPTO_KEY_OCTETS + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_SYS;
	ssize_t n = read(fd, octets, sizeof(octets));
	(void)close(fd);
	if (n == CRYPTO_KEY_OCTETS) {
		memcpy(out->secret_key, octets, CRYPTO_KEY_OCTETS);
		crypto_seal_key_complete(out);
	}
	explicit_bzero(octets, sizeof(octets));
	return n == CRYPTO_KEY_OCTETS ? ERR_OK : ERR_INPUT;
}

static enum err write_whole(int fd, const uint8_t *octets, size_t n)
{
	ssize_t written = write(fd, octets, n);

	return written == (ssize_t)n && fsync(fd) == 0 ? ERR_OK : ERR_SYS;
}

/* Under another name first: half a key would be no key for ever. */
static enum err make_key(const char *path, struct crypto_seal_key *out)
{
	char draft[560];

	if (!str_format(draft, sizeof(draft), "%s.new", path))
		return ERR_MEM;
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ERR_SYS;
	crypto_seal_key_make(out);
	enum err err = fchmod(fd, 0600) == 0 ? ERR_OK : ERR_SYS;
	if (err == ERR_OK)
		err = write_whole(fd, out->secret_key, sizeof(out->secret_key));
	(void)close(fd);
	if (err == ERR_OK && rename(draft, path) != 0)
		err = ERR_SYS;
	return err;
}

static enum err publish(struct store *s, const struct crypto_seal_key *key)
{
	char hex[2 * CRYPTO_KEY_OCTETS + 1], now[sizeof(hex)];

	(void)str_to_hex(
		hex, sizeof(hex), key->public_key, sizeof(key->public_key)); /* fits */
	enum err err = setting_get(s, PIN_KEY_SETTING, now, sizeof(now));
	if (err == ERR_OK && str_eq(now, hex))
		return ERR_OK;
	return setting_set(s, PIN_KEY_SETTING, hex);
}

enum err pin_key_load(
	struct crypto_seal_key *out, const char *store_path, struct store *s)
{
	char path[544];

	if (!str_format(path, sizeof(path), "%s-pin-key", store_path))
		return ERR_MEM;
	enum err err = read_key(path, out);
	if (err == ERR_NOTFOUND)
		err = make_key(path, out);
	if (err == ERR_OK)
		err = publish(s, out);
	if (err != ERR_OK)
		log_error("path=%s no PIN can be kept: %s", path, err_name(err));
	return err;
}
