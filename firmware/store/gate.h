/*
 * Inside the store: what keeps a waiting message back, as SQL over the table message; ?3
 * is now. For the claim, which asks them all at once, and for explaining.
 */
#ifndef STORE_GATE_H
#define STORE_GATE_H

/* otp, alert and the one confirmation of a STOP pass without these. */
#define GATE_EXEMPT "(class IN (1, 2) OR flags & 2)"
#define GATE_UNREAD                                                                      \
	"EXISTS (SELECT 1 FROM inbound i WHERE i.state = 0 "                             \
	"AND substr(i.originator, -8) = substr(message.msisdn, -8))"
#define GATE_SUPPRESSED                                                                  \
	"EXISTS (SELECT 1 FROM suppression WHERE hash = msisdn_hash(message.msisdn))"
/* By number, not by contact_id: a contact may have been erased and entered again. */
#define GATE_CONTACT "(SELECT c.id FROM contact c WHERE c.msisdn = message.msisdn)"
#define GATE_CONSENTED                                                                   \
	"(class <> 5 OR CASE WHEN list_id IS NULL "                                      \
	"THEN EXISTS (SELECT 1 FROM list_member m WHERE m.contact_id = " GATE_CONTACT    \
	" AND m.consent = 1) "                                                           \
	"ELSE EXISTS (SELECT 1 FROM list_member m WHERE m.list_id = message.list_id "    \
	"AND m.contact_id = " GATE_CONTACT " AND m.consent = 1) END)"
/* A message whose first parts have gone is past this. */
#define GATE_SENT_SINCE(days)                                                            \
	"(SELECT count(*) FROM message o JOIN part p ON p.message_id = o.id AND "        \
	"p.seq = 1 AND p.state <> 6 WHERE o.msisdn = message.msisdn "                    \
	"AND o.class = message.class AND p.sending_at > ?3 - " #days " * 86400000)"
#define GATE_CAPPED                                                                          \
	"(flags & 2 = 0 AND EXISTS (SELECT 1 FROM frequency_cap f "                          \
	"WHERE f.class = message.class AND ((f.days_7 > 0 AND f.days_7 <= " GATE_SENT_SINCE( \
		7) ") OR (f.days_30 > 0 AND f.days_30 <= " GATE_SENT_SINCE(30) "))) "        \
									       "AND NOT EXISTS (SELECT 1 FROM part WHERE message_id = message.id))"

#endif
