#include "drivers/power.h"

/* The virtual board: its modems hang on no line that could be switched. */

bool power_has_line(unsigned bay)
{
	(void)bay;
	return false;
}

enum err power_cycle(unsigned bay)
{
	(void)bay;
	return ERR_UNSUPPORTED;
}
