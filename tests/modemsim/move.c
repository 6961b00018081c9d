#include "tests/modemsim/move.h"

#include <string.h>

#include "firmware/base/str.h"

#define MARK "b" /* the end of a port's other name */

void move_due(void *user)
{
	struct modem *m = user;
	char link[PORT_PATH_MAX];

	(void)str_copy(link, sizeof(link), m->moves_to); /* as large */
	(void)modem_plug(m, link, m->port.inotify);	 /* else it stays away */
}

void move_start(struct modem *m)
{
	size_t len = strlen(m->port.link);
	bool is_other = m->port.link[len - 1] == MARK[0];

	(void)str_copy_n(
		m->moves_to, sizeof(m->moves_to), m->port.link, is_other ? len - 1 : len);
	if (!is_other)
		(void)str_append(m->moves_to, sizeof(m->moves_to), MARK);
	modem_unplug(m);
	loop_after(m->env->loop, &m->move, m->set.moves_ms);
}
