#include "drivers/power.h"

/* The virtual board: its modems hang on no line that could be switched. */
enum err power_cycle(unsigned bay)
{
	(void)bay;
	return ERR_UNSUPPORTED;
}
