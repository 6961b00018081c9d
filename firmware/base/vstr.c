#include "firmware/base/vstr.h"

#include "firmware/base/str.h"

const char *vstr_name(const struct vstr *table, int value)
{
	for (; table->name; table++) {
		if (table->value == value)
			return table->name;
	}
	return "?";
}

bool vstr_find(const struct vstr *table, const char *name, int *out)
{
	for (; table->name; table++) {
		if (str_eq(table->name, name)) {
			*out = table->value;
			return true;
		}
	}
	return false;
}
