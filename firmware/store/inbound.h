/*
 * Texts that came in. The radio side stores each DELIVER (inbound_store_part) and deletes
 * it from the SIM only after that transaction is committed; the office side reads them.
 */
#ifndef STORE_INBOUND_H
#define STORE_INBOUND_H

#include "firmware/store/store.h"

/* Joins whole PDUs, in order, into UTF-8 (a character may be cut between two parts). The
 * store knows no PDUs; without a joiner, or where it fails, the texts are put together.
 */
struct inbound_pdu {
	const uint8_t *octets;
	size_t len;
};
typedef enum err (*inbound_join_fn)(
	const struct inbound_pdu *pdus, size_t n, char *dst, size_t size);

struct inbound_part {
	int64_t sim_id;
	const char *originator; /* "+3069…", "12345", "Shop" */
	const char *text;	/* UTF-8 of this part; NULL: it did not decode */
	const uint8_t *pdu;
	size_t pdu_octets;
	int64_t scts; /* UTC ms; 0: not readable */
	bool is_concat;
	uint16_t concat_ref;
	uint8_t total, seq;
	inbound_join_fn join; /* NULL: none */
	enum inbound_kind kind;
};

enum inbound_stored {
	INBOUND_STORED_WHOLE,	  /* a text is complete: *out_inbound */
	INBOUND_STORED_WAITING,	  /* kept until its other parts come */
	INBOUND_STORED_DUPLICATE, /* seen before, nothing written: delete it from the SIM
				   */
};
enum err inbound_store_part(struct store *s, const struct inbound_part *part,
	enum inbound_stored *out, int64_t *out_inbound);

/* Somebody rang this SIM; originator "": withheld. It is no text: the rules do not see
 * it, and nobody is kept from writing to that number. */
enum err inbound_add_call(
	struct store *s, int64_t sim_id, const char *originator, int64_t *out_id);

/* Parts waiting since before `before` are shown as they are, gaps marked "[…]". */
enum err inbound_give_up(struct store *s, int64_t before, size_t *out_n);

struct inbound {
	int64_t id, sim_id, contact_id, campaign_id, scts, received_at, seen_at;
	enum inbound_state state;
	enum inbound_kind kind;
	uint16_t parts;
	char originator[64];
	char intent[16];
	const char *text; /* valid until the callback returns */
};
typedef bool (*inbound_fn)(void *user, const struct inbound *inbound); /* false: stop */

/* New ones, oldest first (the rule chain's work). */
enum err inbound_each_new(struct store *s, size_t max, inbound_fn fn, void *user);
/* Oldest first, id > after (what came since). */
enum err inbound_each_after(
	struct store *s, int64_t after, size_t max, inbound_fn fn, void *user);
struct inbound_query {
	const char *search;	/* part of a text or number; NULL: all */
	const char *originator; /* one sender; NULL: any */
	bool unread;		/* not opened yet */
	int64_t before;		/* id, 0: from the newest */
	size_t max;
};
/* Newest first. */
enum err inbound_find(
	struct store *s, const struct inbound_query *query, inbound_fn fn, void *user);
/* The rules have read it: its sender may be written to again. */
enum err inbound_mark_read(struct store *s, int64_t id, const char *intent,
	int64_t contact_id, int64_t campaign_id);
/* Who wrote, once it is known better than the network gave it. ERR_NOTFOUND. */
enum err inbound_set_originator(struct store *s, int64_t id, const char *originator);
/* ERR_NOTFOUND. */
enum err inbound_get(struct store *s, int64_t id, inbound_fn fn, void *user);
enum err inbound_mark_seen(struct store *s, int64_t id);

enum err inbound_mark_seen_all(struct store *s, const char *originator);

/* Everybody who wrote, with the newest text each way, by the newest that came in;
 * last_inbound_id < before (0: from the newest). */
struct conversation {
	const char *msisdn; /* or short code, or name */
	const char *last_inbound_text, *last_message_text;
	int64_t contact_id, unread;
	enum inbound_kind last_inbound_kind;
	int64_t last_inbound_id, last_inbound_at;
	int64_t last_message_id, last_message_at; /* 0: none */
};
typedef bool (*conversation_fn)(void *user, const struct conversation *conversation);
enum err conversation_each(
	struct store *s, int64_t before, size_t max, conversation_fn fn, void *user);
/* How many are not opened yet. */
enum err inbound_count_unseen(struct store *s, int64_t *out);

#endif
