#include "firmware/store/usage.h"

#define MEAN_WEIGHT 8 /* the newest counts one eighth */
#define WRITE_EVERY 16

enum {
	/* In the order of enum usage_kind. */
	ADD,
	CHARGE = USAGE_RECEIVED + 1,
	MEAN_GET,
	MEAN_PUT
};
#define ADD_TO(column)                                                                   \
	"INSERT INTO sim_usage (sim_id, quarter, " column ", money) "                    \
	"VALUES (?1, ?2, 1, ?3) ON CONFLICT DO UPDATE SET " column " = " column          \
	" + 1, money = money + ?3"
static const char *const sql[] = {
	[ADD + USAGE_SENT] = ADD_TO("sent"),
	[ADD + USAGE_DELIVERED] = ADD_TO("delivered"),
	[ADD + USAGE_UNDELIVERED] = ADD_TO("undelivered"),
	[ADD + USAGE_FAILED] = ADD_TO("failed"),
	[ADD + USAGE_UNKNOWN] = ADD_TO("unknown"),
	[ADD + USAGE_RECEIVED] = ADD_TO("received"),
	/* Its source, and the user whose campaign it is; SOURCE_USER_BASE. */
	[CHARGE] =
		"INSERT INTO quota_usage (source, quarter, parts, money) "
		"SELECT source, ?2, 1, ?3 FROM quota WHERE (per_day > 0 OR budget > 0) "
		"AND source IN (SELECT source FROM message WHERE id = ?1 UNION ALL "
		"SELECT c.user_id + (1 << 40) FROM message m JOIN campaign c "
		"ON c.id = m.campaign_id WHERE m.id = ?1 AND c.user_id IS NOT NULL) "
		"ON CONFLICT DO UPDATE SET parts = parts + 1, money = money + ?3",
	[MEAN_GET] = "SELECT submit_ms FROM sim WHERE id = ?1",
	[MEAN_PUT] = "UPDATE sim SET submit_ms = ?2 WHERE id = ?1",
};
static const struct db_table table = { DB_USAGE, sql, sizeof(sql) / sizeof(sql[0]) };

static enum err add(struct store *s, int64_t sim_id, enum usage_kind kind, int64_t money)
{
	return db_run(s, &table, ADD + (size_t)kind,
		DB_VALUES(db_int(sim_id), db_int(db_now(s) / USAGE_QUARTER_MS),
			db_int(money)));
}

enum err usage_add(struct store *s, int64_t sim_id, enum usage_kind kind)
{
	return add(s, sim_id, kind, 0);
}

enum err usage_add_part(struct store *s, const struct usage_part *part)
{
	enum err err = add(s, part->sim_id, part->kind, part->price);

	if (err)
		return err;
	return db_run(s, &table, CHARGE,
		DB_VALUES(db_int(part->message_id), db_int(db_now(s) / USAGE_QUARTER_MS),
			db_int(part->price)));
}

/* The SIM's place, or one that is free; the last one is shared by those beyond. */
static struct db_submit_mean *mean_of(struct store *s, int64_t sim_id)
{
	size_t i = 0;
	while (i < DB_SIMS_MAX - 1 && s->submit[i].sim_id &&
		s->submit[i].sim_id != sim_id)
		i++;
	return &s->submit[i];
}

enum err usage_submit(struct store *s, int64_t sim_id, uint32_t submit_ms)
{
	struct db_submit_mean *mean = mean_of(s, sim_id);
	int64_t written = 0;

	if (mean->sim_id != sim_id) {
		enum err err = db_number(
			s, &table, MEAN_GET, DB_VALUES(db_int(sim_id)), &written);
		if (err && err != ERR_NOTFOUND)
			return err;
		*mean = (struct db_submit_mean){ .sim_id = sim_id,
			.mean_ms = (uint32_t)written,
			.written_ms = (uint32_t)written };
	}
	if (!mean->mean_ms)
		mean->mean_ms = submit_ms;
	else
		mean->mean_ms = (uint32_t)(((uint64_t)mean->mean_ms * (MEAN_WEIGHT - 1) +
						   submit_ms) /
					   MEAN_WEIGHT);
	uint32_t moved = mean->mean_ms > mean->written_ms
				 ? mean->mean_ms - mean->written_ms
				 : mean->written_ms - mean->mean_ms;
	if (++mean->unwritten < WRITE_EVERY && moved <= mean->written_ms / 10)
		return ERR_OK;
	mean->unwritten = 0;
	mean->written_ms = mean->mean_ms;
	return db_run(s, &table, MEAN_PUT,
		DB_VALUES(db_int(sim_id), db_int((int64_t)mean->mean_ms)));
}
