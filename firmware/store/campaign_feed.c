/*
 * Feeding a campaign: the next members with what decides about them, and the messages and
 * skips that came of it, put back in one transaction.
 */
#include "firmware/store/campaign.h"

#include "firmware/store/db.h"
#include "firmware/store/member.h"

enum {
	NEXT,
	MOVE,
	ABOUT,
	RECIPIENT,
	SKIP
};
static const char *const sql[] = {
	[NEXT] = "SELECT " CONTACT_COLUMNS ", m.consent, "
		 "EXISTS (SELECT 1 FROM suppression WHERE hash = msisdn_hash(c.msisdn)) "
		 "FROM campaign p JOIN list_member m ON m.list_id = p.list_id "
		 "JOIN contact c ON c.id = m.contact_id WHERE p.id = ?1 "
		 "AND m.contact_id > ?2 "
		 "AND (p.started_at IS NULL OR m.added_at <= p.started_at) "
		 "ORDER BY m.contact_id LIMIT ?3",
	[MOVE] = "UPDATE campaign SET fed_after = ?3 "
		 "WHERE id = ?1 AND state = 1 AND fed_after = ?2",
	[ABOUT] = "SELECT class, list_id FROM campaign WHERE id = ?1",
	[RECIPIENT] =
		"INSERT INTO recipient (campaign_id, contact_id, message_id, reason) "
		"VALUES (?1, ?2, ?3, ?4)",
	[SKIP] = "INSERT INTO campaign_skip (campaign_id, reason, n) VALUES (?1, ?2, 1) "
		 "ON CONFLICT DO UPDATE SET n = n + 1",
};
static const struct db_table table = { DB_FEED, sql, sizeof(sql) / sizeof(sql[0]) };

enum err campaign_feed_next(struct store *s, const struct campaign_feed *feed,
	campaign_member_fn fn, void *user)
{
	struct db_rows rows;
	struct campaign_member member;
	bool more = true;
	enum err err = db_start(s, &table, NEXT,
		DB_VALUES(db_int(feed->campaign_id), db_int(feed->after),
			db_int((int64_t)feed->max)),
		&rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		contact_read(&rows, 0, &member.contact);
		member.consent = (enum consent)db_col_int(&rows, CONTACT_COLUMN_COUNT);
		member.is_suppressed = db_col_int(&rows, CONTACT_COLUMN_COUNT + 1) != 0;
		more = fn(user, &member);
	}
	return db_end(&rows);
}

static enum err put_row(
	struct store *s, const struct message *common, const struct campaign_row *row)
{
	struct message message = row->message;
	struct message_added added = { 0 };
	enum err err = ERR_OK;

	if (row->reason == SKIP_NONE) {
		message.campaign_id = message.source = common->campaign_id;
		message.class = common->class;
		message.list_id = common->list_id;
		message.contact_id = row->contact_id;
		message.state = MESSAGE_QUEUED;
		err = message_add(s, &message, &added);
	} else {
		err = db_run(s, &table, SKIP,
			DB_VALUES(db_int(common->campaign_id), db_int(row->reason)));
	}
	if (err)
		return err;
	return db_run(s, &table, RECIPIENT,
		DB_VALUES(db_int(common->campaign_id), db_int(row->contact_id),
			db_id(added.id), db_int(row->reason)));
}

static enum err put_rows(struct store *s, const struct campaign_feed *feed,
	const struct campaign_row *rows, size_t n)
{
	struct message common = { .campaign_id = feed->campaign_id };
	struct db_rows about;
	enum err err = db_run(s, &table, MOVE,
		DB_VALUES(db_int(feed->campaign_id), db_int(feed->after),
			db_int(rows[n - 1].contact_id)));

	if (!err && db_changed(s) == 0)
		return ERR_BUSY;
	if (!err)
		err = db_first(
			s, &table, ABOUT, DB_VALUES(db_int(feed->campaign_id)), &about);
	if (err)
		return err;
	common.class = (enum message_class)db_col_int(&about, 0);
	common.list_id = db_col_int(&about, 1);
	err = db_end(&about);
	for (size_t i = 0; !err && i < n; i++)
		err = put_row(s, &common, &rows[i]);
	return err;
}

enum err campaign_feed_put(struct store *s, const struct campaign_feed *feed,
	const struct campaign_row *rows, size_t n)
{
	bool own;

	if (n == 0)
		return ERR_ARG;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, put_rows(s, feed, rows, n));
}
