#include "tests/modemsim/select.h"

#include <stdint.h>
#include <string.h>

#include "firmware/base/str.h"

bool selection_parse(const char *text, unsigned count, struct selection *out)
{
	const char *dash = strchr(text, '-');
	size_t len = dash ? (size_t)(dash - text) : strlen(text);
	uint64_t first;
	uint64_t last;

	if (count == 0)
		return false;
	if (str_eq(text, "all")) {
		*out = (struct selection){ 0, count - 1 };
		return true;
	}
	if (!str_to_u64(text, len, count - 1, &first))
		return false;
	last = first;
	if (dash && (!str_to_u64(dash + 1, strlen(dash + 1), count - 1, &last) ||
			    last < first))
		return false;
	*out = (struct selection){ (unsigned)first, (unsigned)last };
	return true;
}
