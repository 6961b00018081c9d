#include "firmware/store/schema.h"

#include <assert.h>

#include "firmware/base/str.h"

#define LOG_MODULE "store"
#include "firmware/base/log.h"

static const unsigned char schema_001[] = {
#include "firmware/store/schema_001.sql.inc"
	0
};

static const unsigned char schema_002[] = {
#include "firmware/store/schema_002.sql.inc"
	0
};

static const unsigned char schema_003[] = {
#include "firmware/store/schema_003.sql.inc"
	0
};

static const unsigned char schema_004[] = {
#include "firmware/store/schema_004.sql.inc"
	0
};

static const unsigned char schema_005[] = {
#include "firmware/store/schema_005.sql.inc"
	0
};

/* What takes a store from version i to i + 1. */
static const unsigned char *const migrations[] = { schema_001, schema_002, schema_003,
	schema_004, schema_005 };
static_assert(sizeof(migrations) / sizeof(migrations[0]) == SCHEMA_VERSION,
	"a migration for each version");

enum {
	VERSION,
	APPLICATION,
	TABLES
};
static const char *const sql[] = {
	[VERSION] = "PRAGMA user_version",
	[APPLICATION] = "PRAGMA application_id",
	[TABLES] = "SELECT count(*) FROM sqlite_schema",
};
static const struct db_table table = { DB_SCHEMA, sql, sizeof(sql) / sizeof(sql[0]) };

static enum err read_version(struct store *s)
{
	int64_t version, application, tables;
	enum err err = db_number(s, &table, VERSION, db_none, &version);

	if (!err)
		err = db_number(s, &table, APPLICATION, db_none, &application);
	if (!err)
		err = db_number(s, &table, TABLES, db_none, &tables);
	if (err)
		return err;
	s->version = (int)version;
	if (tables > 0 && application != SCHEMA_APPLICATION_ID)
		return ERR_INPUT;
	return version > SCHEMA_VERSION ? ERR_UNSUPPORTED : ERR_OK;
}

/* The version is read again inside: another program may have migrated meanwhile. */
static enum err migrate_one(struct store *s)
{
	char pragma[96];
	enum err err = read_version(s);

	if (err || s->version == SCHEMA_VERSION)
		return err;
	(void)str_format(pragma, sizeof(pragma),
		"PRAGMA application_id=%d; PRAGMA user_version=%d", SCHEMA_APPLICATION_ID,
		s->version + 1);
	err = db_exec(s, (const char *)migrations[s->version]);
	if (!err)
		err = db_exec(s, pragma);
	if (!err)
		s->version++;
	return err;
}

enum err schema_migrate(struct store *s)
{
	enum err err = read_version(s);

	while (!err && s->version < SCHEMA_VERSION) {
		int from = s->version;
		err = store_begin(s);
		if (err)
			return err;
		err = db_leave(s, true, migrate_one(s));
		if (!err)
			log_info("path=%s schema=%d from=%d", s->path, s->version, from);
	}
	return err;
}
