#include "firmware/office/import/import_options.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "firmware/base/str.h"

char *import_settled_write(const struct import_settled *s)
{
	char delimiter[2] = { s->delimiter, '\0' };
	json_t *map =
		json_loads(s->map_found && *s->map_found ? s->map_found : "{}", 0, NULL);
	json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:b}", "country",
		s->country, "encoding", s->encoding, "map_given", s->map_given, "map",
		map ? map : json_object(), "file_name", s->file_name, "delimiter",
		delimiter, "dry_run", s->dry_run ? 1 : 0);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	return text;
}

static char *take(const json_t *json, const char *key)
{
	const char *value = json_string_value(json_object_get(json, key));
	return strdup(value ? value : "");
}

bool import_settled_read(const char *text, struct import_settled *out)
{
	json_t *json = json_loads(text, 0, NULL);
	*out = (struct import_settled){ .delimiter = 0 };
	if (!json)
		return false;
	out->country = take(json, "country");
	out->encoding = take(json, "encoding");
	out->map_given = take(json, "map_given");
	out->file_name = take(json, "file_name");
	out->map_found = json_dumps(json_object_get(json, "map"), JSON_COMPACT);
	if (!out->map_found)
		out->map_found = strdup("{}");
	const char *d = json_string_value(json_object_get(json, "delimiter"));
	out->delimiter = d ? *d : '\0';
	out->dry_run = json_is_true(json_object_get(json, "dry_run"));
	json_decref(json);
	if (out->country && out->encoding && out->map_given && out->file_name &&
		out->map_found)
		return true;
	import_settled_fini(out);
	return false;
}

void import_settled_fini(struct import_settled *s)
{
	free(s->country);
	free(s->encoding);
	free(s->map_given);
	free(s->map_found);
	free(s->file_name);
	*s = (struct import_settled){ .delimiter = 0 };
}

char *import_map_json(const struct columns *columns)
{
	json_t *json = json_object();
	for (size_t i = 0; i < columns->n; i++) {
		const struct column_target *c = &columns->at[i];
		/* What cannot be put in is only missing from what is shown. */
		if (c->column != COLUMN_IGNORED)
			(void)json_object_set_new(json, c->name, json_string(c->header));
	}
	char *text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

char import_delimiter(const char *name)
{
	if (str_eq(name, "\\t") || str_eq(name, "\t") || str_eq_nocase(name, "tab"))
		return '\t';
	if (strlen(name) == 1 && strchr(",;|", name[0]))
		return name[0];
	return '\0';
}
