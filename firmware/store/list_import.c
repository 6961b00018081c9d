/*
 * One row of an import, as few statements as it can be: a file of 200,000 is the rule.
 */
#include "firmware/store/list.h"

#include "firmware/store/db.h"
#include "firmware/store/member.h"
#include "firmware/store/suppression.h"

enum {
	JOIN,
	REJOIN, /* who is known already may have been on the list before */
	CONSENT_OF,
	SET
};
static const char *const sql[] = {
	[JOIN] = "INSERT INTO list_member (list_id, contact_id, consent, added_at) "
		 "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
	[REJOIN] = "INSERT INTO list_member (list_id, contact_id, consent, added_at) "
		   "VALUES (?1, ?2, iif(" SAID_OUT("?1", "?2") ", 2, ?3), ?4) "
							       "ON CONFLICT DO NOTHING",
	[CONSENT_OF] = "SELECT consent FROM list_member "
		       "WHERE list_id = ?1 AND contact_id = ?2",
	[SET] = "UPDATE list_member SET consent = ?3 WHERE list_id = ?1 AND contact_id = "
		"?2",
};
static const struct db_table table = { DB_IMPORT, sql, sizeof(sql) / sizeof(sql[0]) };

/* What the row's evidence asks for; a suppression turns an opt-in into nothing. */
static enum err find_wanted(struct store *s, const struct list_import_row *row,
	enum consent *out, bool *out_stopped)
{
	*out = row->evidence ? row->evidence->kind : CONSENT_NONE;
	*out_stopped = false;
	if (*out != CONSENT_IN)
		return ERR_OK;
	enum err err = suppression_check(s, row->contact.msisdn, out_stopped);
	if (*out_stopped)
		*out = CONSENT_NONE;
	return err;
}

static enum err find_consent(
	struct store *s, const struct list_import_row *row, struct list_import *out)
{
	int64_t consent;
	enum err err = db_number(s, &table, CONSENT_OF,
		DB_VALUES(db_int(row->list_id), db_int(out->contact_id)), &consent);

	if (!err)
		out->consent = (enum consent)consent;
	return err;
}

/* Who is on the list already: an opt-out stands, nothing recorded takes nothing away. */
static enum err change_member(struct store *s, const struct list_import_row *row,
	enum consent wanted, struct list_import *out)
{
	enum err err = find_consent(s, row, out);

	if (err)
		return err;
	if (out->consent == CONSENT_OUT || wanted == CONSENT_NONE ||
		wanted == out->consent)
		return ERR_OK;
	out->consent = wanted;
	out->has_changed = true;
	return db_run(s, &table, SET,
		DB_VALUES(db_int(row->list_id), db_int(out->contact_id), db_int(wanted)));
}

static enum err import_row(
	struct store *s, const struct list_import_row *row, struct list_import *out)
{
	struct contact_put put;
	enum consent wanted;
	bool stopped;
	enum err err = contact_put_in(s, &row->contact, &put);

	if (!err)
		err = find_wanted(s, row, &wanted, &stopped);
	if (!err)
		err = db_run(s, &table, put.is_new ? JOIN : REJOIN,
			DB_VALUES(db_int(row->list_id), db_int(put.id), db_int(wanted),
				db_int(db_now(s))));
	if (err)
		return err;
	*out = (struct list_import){ .contact_id = put.id,
		.is_new_contact = put.is_new,
		.is_new_member = db_changed(s) > 0,
		.has_changed = put.has_changed,
		.consent = wanted };
	if (out->is_new_member && !put.is_new)
		err = find_consent(s, row, out);
	bool record =
		out->is_new_member && wanted != CONSENT_NONE && out->consent == wanted;
	if (!err && !out->is_new_member) {
		bool was_changed = out->has_changed;
		out->has_changed = false;
		err = change_member(s, row, wanted, out);
		record = out->has_changed;
		out->has_changed |= was_changed;
	}
	out->is_opted_out = stopped || out->consent == CONSENT_OUT;
	if (!err && record)
		err = consent_append(s, put.id, row->list_id, row->evidence);
	return err;
}

enum err list_import_row(
	struct store *s, const struct list_import_row *row, struct list_import *out)
{
	bool own;
	struct list_import done;
	enum err err = db_enter(s, &own);

	if (!err)
		err = db_leave(s, own, import_row(s, row, &done));
	if (!err)
		*out = done;
	return err;
}
