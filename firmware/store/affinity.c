#include "firmware/store/affinity.h"

#include "firmware/store/db.h"

enum {
	FIND,
	PUT,
	PUT_MESSAGE
};
#define UPSERT                                                                           \
	"ON CONFLICT DO UPDATE SET sim_id = excluded.sim_id, at = excluded.at "          \
	"WHERE sim_id <> excluded.sim_id"
static const char *const sql[] = {
	[FIND] = "SELECT sim_id FROM affinity WHERE msisdn = ?1",
	[PUT] = "INSERT INTO affinity (msisdn, sim_id, at) VALUES (?1, ?2, ?3) " UPSERT,
	[PUT_MESSAGE] = "INSERT INTO affinity (msisdn, sim_id, at) SELECT msisdn, ?2, ?3 "
			"FROM message WHERE id = ?1 AND class NOT IN (1, 2) "
			"AND msisdn <> '' " UPSERT,
};
static const struct db_table table = { DB_AFFINITY, sql, sizeof(sql) / sizeof(sql[0]) };

enum err affinity_find(struct store *s, const char *msisdn, int64_t *out_sim_id)
{
	return db_number(s, &table, FIND, DB_VALUES(db_text(msisdn)), out_sim_id);
}

enum err affinity_put(struct store *s, const char *msisdn, int64_t sim_id)
{
	if (msisdn[0] != '+')
		return ERR_OK;
	return db_run(s, &table, PUT,
		DB_VALUES(db_text(msisdn), db_int(sim_id), db_int(db_now(s))));
}

enum err affinity_put_message(struct store *s, int64_t message_id, int64_t sim_id)
{
	return db_run(s, &table, PUT_MESSAGE,
		DB_VALUES(db_int(message_id), db_int(sim_id), db_int(db_now(s))));
}
