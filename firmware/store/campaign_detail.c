#include "firmware/store/campaign_detail.h"

#include "firmware/store/db.h"

enum {
	TIMELINE,
	BY_SIM,
	CAUSES
};
#define PARTS                                                                            \
	"FROM message m JOIN part p ON p.message_id = m.id WHERE m.campaign_id = ?1 "
static const char *const sql[] = {
	[TIMELINE] =
		"SELECT ?2 + (at - ?2) / ?3 * ?3 AS step, sum(sent), sum(delivered), "
		"sum(failed) FROM (SELECT p.answered_at AS at, "
		"p.state IN (2, 4, 5) AS sent, 0 AS delivered, p.state = 6 AS "
		"failed " PARTS
		"AND p.answered_at >= ?2 UNION ALL SELECT p.settled_at, 0, "
		"p.state = 4, p.state = 5 " PARTS "AND p.settled_at >= ?2) "
		"GROUP BY step ORDER BY step",
	[BY_SIM] = "SELECT p.sim_id, count(*), sum(p.state = 4), sum(p.state IN (5, "
		   "6)), sum(iif(p.state = 6, 0, p.price)) " PARTS
		   "GROUP BY p.sim_id ORDER BY p.sim_id",
	[CAUSES] = "SELECT cause, count(*) AS n FROM message WHERE campaign_id = ?1 "
		   "AND state IN (5, 6, 7, 8, 9) AND cause <> '' "
		   "GROUP BY cause ORDER BY n DESC, cause",
};
static const struct db_table table = { DB_DETAIL, sql, sizeof(sql) / sizeof(sql[0]) };

enum err campaign_timeline(struct store *s, const struct campaign_timeline *timeline,
	campaign_bucket_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;

	if (timeline->step_ms <= 0)
		return ERR_ARG;
	enum err err = db_start(s, &table, TIMELINE,
		DB_VALUES(db_int(timeline->campaign_id), db_int(timeline->from),
			db_int(timeline->step_ms)),
		&rows);
	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct campaign_bucket bucket = { .at = db_col_int(&rows, 0),
			.sent = db_col_int(&rows, 1),
			.delivered = db_col_int(&rows, 2),
			.failed = db_col_int(&rows, 3) };
		more = fn(user, &bucket);
	}
	return db_end(&rows);
}

enum err campaign_by_sim(struct store *s, int64_t id, campaign_sim_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, BY_SIM, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct campaign_sim sim = { .sim_id = db_col_int(&rows, 0),
			.parts = db_col_int(&rows, 1),
			.delivered = db_col_int(&rows, 2),
			.failed = db_col_int(&rows, 3),
			.money = db_col_int(&rows, 4) };
		more = fn(user, &sim);
	}
	return db_end(&rows);
}

enum err campaign_causes(struct store *s, int64_t id, campaign_cause_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, CAUSES, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct campaign_cause cause = { .cause = db_col_text(&rows, 0),
			.n = db_col_int(&rows, 1) };
		more = fn(user, &cause);
	}
	return db_end(&rows);
}
