#include "tests/modemsim/uart.h"

#include <string.h>
#include <termios.h>

#include "tests/modemsim/modem.h"

static const struct {
	speed_t code;
	unsigned speed;
} speeds[] = {
	{ B9600, 9600 },
	{ B19200, 19200 },
	{ B38400, 38400 },
	{ B57600, 57600 },
	{ B115200, 115200 },
	{ B230400, 230400 },
	{ B460800, 460800 },
	{ B921600, 921600 },
};

/* Bits a second, as the client has set its end of the pty; 0: another speed. */
static unsigned speed_of(const struct modem *m)
{
	struct termios tio;

	if (m->port.slave < 0 || tcgetattr(m->port.slave, &tio) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].code == cfgetospeed(&tio))
			return speeds[i].speed;
	return 0;
}

bool uart_is_clear(const struct modem *m)
{
	return m->set.baud == 0 || speed_of(m) == m->set.baud;
}

bool uart_hears(struct modem *m)
{
	unsigned speed = m->set.baud ? speed_of(m) : 0;

	if (m->set.baud == 0)
		return true;
	if (speed != m->speed_heard) {
		m->speed_heard = speed;
		simlog_begin(m->env->log, "speed", (int)m->index);
		simlog_number(m->env->log, "speed", (int)speed);
		simlog_end(m->env->log);
	}
	return speed == m->set.baud;
}

void uart_garble(struct modem *m, size_t len)
{
	char noise[32];

	memset(noise, '\xFC', sizeof(noise)); /* stop bits in the wrong places */
	port_write(&m->port, noise, len < sizeof(noise) ? len : sizeof(noise));
}
