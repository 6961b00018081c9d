/*
 * What a job knows of its file, as the JSON in job.options.
 */
#ifndef OFFICE_IMPORT_OPTIONS_H
#define OFFICE_IMPORT_OPTIONS_H

#include <stdbool.h>

#include "firmware/office/import/import.h"
#include "firmware/office/import/import_parse.h"

struct import_settled { /* owned strings; "" where not given or not known */
	char *country, *encoding, *map_given, *map_found, *file_name;
	char delimiter; /* 0: not known */
	bool dry_run;
};
/* The JSON text, owned by the caller; NULL: no memory. */
char *import_settled_write(const struct import_settled *s);
/* False: not JSON of ours, or no memory; *out is then zeroed. */
bool import_settled_read(const char *json, struct import_settled *out);
void import_settled_fini(struct import_settled *s); /* accepts a zeroed struct */
/* {"phone":"Mobile","first_name":"Name"}, owned by the caller; NULL: no memory. */
char *import_map_json(const struct columns *columns);
/* "\t", "tab", ";" …; 0: none of ours. */
char import_delimiter(const char *name);
/* Refuses options that cannot be; the country that national numbers are of: theirs, else
 * the list's, else the box's. */
enum err import_options_check(
	struct office *o, const struct import_options *options, char country[4]);

#endif
