-- The store as released first. Ids are integers, times UTC milliseconds, numbers E.164
-- text, text NFC UTF-8. Small integers for states are the enums of firmware/store/types.h.
-- WITHOUT ROWID where the key is the row; AUTOINCREMENT where rows can go and others
-- (consent events, the audit) still name them, so that nobody else gets their ids; as few
-- indexes as the queries can live with: every one is written to flash with each message.

CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	value NOT NULL
) WITHOUT ROWID;

CREATE TABLE user (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	password_hash TEXT NOT NULL, -- argon2id, libsodium's string form
	role TEXT NOT NULL,
	locale TEXT NOT NULL DEFAULT 'en',
	created_at INTEGER NOT NULL,
	disabled_at INTEGER
);

CREATE TABLE session (
	token_hash BLOB PRIMARY KEY, -- BLAKE2b of the cookie; the cookie itself is not kept
	user_id INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_key (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	token_hash BLOB NOT NULL UNIQUE,
	scope TEXT NOT NULL, -- read | send | admin
	created_at INTEGER NOT NULL,
	last_used_at INTEGER,
	revoked_at INTEGER
);

CREATE TABLE audit (
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL, -- "user:3 maria", "key:2 shop", "box"
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	detail TEXT NOT NULL DEFAULT ''
);

CREATE TABLE contact (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	msisdn TEXT NOT NULL UNIQUE,
	first_name TEXT NOT NULL DEFAULT '',
	last_name TEXT NOT NULL DEFAULT '',
	language TEXT NOT NULL DEFAULT '',
	country TEXT NOT NULL DEFAULT '', -- ISO 3166 alpha-2 of the number
	fields TEXT NOT NULL DEFAULT '{}', -- further fields, a JSON object of strings
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
);

CREATE TABLE field (
	name TEXT PRIMARY KEY, -- a custom field seen in contact.fields
	label TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE list (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	country TEXT NOT NULL DEFAULT '', -- default for numbers written nationally
	members INTEGER NOT NULL DEFAULT 0, -- both kept by the triggers below
	consented INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL
);

-- consent: what the latest consent_event for this contact and list says, kept in the same
-- transaction: 0 none recorded (quarantined), 1 opted in, 2 opted out.
CREATE TABLE list_member (
	list_id INTEGER NOT NULL REFERENCES list(id) ON DELETE CASCADE,
	contact_id INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
	consent INTEGER NOT NULL DEFAULT 0,
	added_at INTEGER NOT NULL,
	PRIMARY KEY (list_id, contact_id)
) WITHOUT ROWID;
CREATE INDEX list_member_contact ON list_member(contact_id);
CREATE TRIGGER list_member_insert AFTER INSERT ON list_member BEGIN
	UPDATE list SET members = members + 1, consented = consented + (NEW.consent = 1)
	WHERE id = NEW.list_id;
END;
CREATE TRIGGER list_member_update AFTER UPDATE OF consent ON list_member
WHEN (NEW.consent = 1) <> (OLD.consent = 1) BEGIN
	UPDATE list SET consented = consented + (NEW.consent = 1) - (OLD.consent = 1)
	WHERE id = NEW.list_id;
END;
CREATE TRIGGER list_member_delete AFTER DELETE ON list_member BEGIN
	UPDATE list SET members = members - 1, consented = consented - (OLD.consent = 1)
	WHERE id = OLD.list_id;
END;

-- Append-only evidence. hash = BLAKE2b-256(previous row's hash, this row): a row changed
-- or taken out later breaks the chain. No foreign keys: it outlives what it speaks of.
CREATE TABLE consent_event (
	id INTEGER PRIMARY KEY,
	contact_id INTEGER NOT NULL,
	list_id INTEGER, -- NULL: all lists
	kind INTEGER NOT NULL, -- 1 opt-in, 2 opt-out
	source TEXT NOT NULL, -- web, shop, keyword, sms, panel …
	given_at TEXT NOT NULL, -- as the source states it
	evidence TEXT NOT NULL, -- wording, form version, file and row
	actor TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	hash BLOB NOT NULL
);
CREATE INDEX consent_event_contact ON consent_event(contact_id);
CREATE TRIGGER consent_event_fixed BEFORE UPDATE ON consent_event BEGIN
	SELECT RAISE(ABORT, 'consent events are append-only');
END;
CREATE TRIGGER consent_event_kept BEFORE DELETE ON consent_event BEGIN
	SELECT RAISE(ABORT, 'consent events are append-only');
END;

-- hash: keyed BLAKE2b-128 of the MSISDN (the key is in setting 'suppression.key'), kept
-- after erasure, when msisdn is NULL.
CREATE TABLE suppression (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	msisdn TEXT,
	reason TEXT NOT NULL, -- stop, manual, import, erasure
	source TEXT NOT NULL DEFAULT '',
	inbound_id INTEGER,
	created_at INTEGER NOT NULL
);

CREATE TABLE campaign (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL,
	list_id INTEGER NOT NULL REFERENCES list(id),
	text TEXT NOT NULL, -- with placeholders
	class INTEGER NOT NULL,
	topic TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL DEFAULT 0,
	recipients INTEGER NOT NULL DEFAULT 0, -- list members when it started
	fed_after INTEGER NOT NULL DEFAULT 0, -- contact id up to which it has been fed
	created_at INTEGER NOT NULL,
	started_at INTEGER,
	ended_at INTEGER,
	created_by TEXT NOT NULL DEFAULT ''
);

-- One row for each list member that the feeder has looked at: who got a message, or why
-- not. Members behind campaign.fed_after are still to come.
CREATE TABLE recipient (
	campaign_id INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
	contact_id INTEGER NOT NULL,
	message_id INTEGER, -- NULL: skipped
	reason INTEGER NOT NULL DEFAULT 0, -- enum skip_reason
	PRIMARY KEY (campaign_id, contact_id)
) WITHOUT ROWID;
CREATE TABLE campaign_skip (
	campaign_id INTEGER NOT NULL,
	reason INTEGER NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (campaign_id, reason)
) WITHOUT ROWID;

CREATE TABLE message (
	id INTEGER PRIMARY KEY,
	state INTEGER NOT NULL,
	class INTEGER NOT NULL,
	source INTEGER NOT NULL, -- fairness group: campaign id; minus the API key's id; 0 box
	campaign_id INTEGER,
	contact_id INTEGER,
	list_id INTEGER, -- whose consent a promotional message rests on; NULL: any list's
	msisdn TEXT NOT NULL,
	text TEXT NOT NULL,
	encoding INTEGER NOT NULL,
	parts INTEGER NOT NULL,
	flags INTEGER NOT NULL DEFAULT 0, -- MESSAGE_FLAG_*
	sim_id INTEGER, -- asked for (MESSAGE_FLAG_SIM_FIXED), claimed by, or bound to
	due_at INTEGER NOT NULL, -- not before; moves on with every retry
	expires_at INTEGER,
	attempts INTEGER NOT NULL DEFAULT 0,
	cause TEXT NOT NULL DEFAULT '', -- machine name of why it is in this state
	client_ref TEXT,
	reference TEXT, -- the event a transactional message answers
	key_id INTEGER,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL -- last change of state
);
-- Every index ends in the id by itself. Those that a claim, an answer or a report touches
-- are written to flash with each message: message_queue when it is claimed, no other.
CREATE INDEX message_queue ON message(class, source, due_at) WHERE state = 1;
CREATE INDEX message_held ON message(campaign_id) WHERE state = 0;
CREATE INDEX message_between ON message(state) WHERE state = 2 AND parts > 1;
CREATE INDEX message_problem ON message(state) WHERE state IN (5, 6, 7, 8, 9);
CREATE INDEX message_campaign ON message(campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX message_msisdn ON message(msisdn);
CREATE INDEX message_expiry ON message(expires_at)
	WHERE state IN (0, 1) AND expires_at IS NOT NULL;
CREATE UNIQUE INDEX message_client_ref ON message(key_id, client_ref) WHERE client_ref IS NOT NULL;

-- A row appears when the part is about to go on air, so a waiting message costs one row.
CREATE TABLE part (
	message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
	seq INTEGER NOT NULL, -- 1-based
	state INTEGER NOT NULL, -- enum part_state
	sim_id INTEGER NOT NULL,
	mr INTEGER, -- TP-MR, once the modem told
	sending_at INTEGER NOT NULL, -- committed before Ctrl-Z
	answered_at INTEGER,
	settled_at INTEGER, -- status report received
	st INTEGER, -- TP-ST of the last report
	cause TEXT NOT NULL DEFAULT '', -- "cms 38", "lost answer", "power cut"
	PRIMARY KEY (message_id, seq)
) WITHOUT ROWID;
-- 1 sending, 2 sent, 3 unknown: what a restart or a status report looks for.
CREATE INDEX part_open ON part(sim_id, mr) WHERE state IN (1, 2, 3);

-- Only what is out of the ordinary: a refused attempt, a retry, a hold, a late report.
CREATE TABLE message_note (
	id INTEGER PRIMARY KEY,
	message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
	at INTEGER NOT NULL,
	kind TEXT NOT NULL,
	sim_id INTEGER,
	detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX message_note_message ON message_note(message_id);

-- Messages by campaign (0: none) and state, kept by the triggers below, so that no figure
-- on the overview or in a report needs a scan. Sending counts as queued: at most one
-- message a SIM, and a row less to write with each claim.
CREATE TABLE tally (
	campaign_id INTEGER NOT NULL,
	state INTEGER NOT NULL,
	n INTEGER NOT NULL,
	parts INTEGER NOT NULL,
	PRIMARY KEY (campaign_id, state)
) WITHOUT ROWID;
CREATE TRIGGER message_tally_insert AFTER INSERT ON message BEGIN
	INSERT INTO tally VALUES (coalesce(NEW.campaign_id, 0),
		iif(NEW.state = 2, 1, NEW.state), 1, NEW.parts)
	ON CONFLICT DO UPDATE SET n = n + 1, parts = parts + excluded.parts;
END;
CREATE TRIGGER message_tally_update AFTER UPDATE OF state ON message
WHEN iif(NEW.state = 2, 1, NEW.state) <> iif(OLD.state = 2, 1, OLD.state) BEGIN
	UPDATE tally SET n = n - 1, parts = parts - OLD.parts
	WHERE campaign_id = coalesce(OLD.campaign_id, 0)
		AND state = iif(OLD.state = 2, 1, OLD.state);
	INSERT INTO tally VALUES (coalesce(NEW.campaign_id, 0),
		iif(NEW.state = 2, 1, NEW.state), 1, NEW.parts)
	ON CONFLICT DO UPDATE SET n = n + 1, parts = parts + excluded.parts;
END;
CREATE TRIGGER message_tally_delete AFTER DELETE ON message BEGIN
	UPDATE tally SET n = n - 1, parts = parts - OLD.parts
	WHERE campaign_id = coalesce(OLD.campaign_id, 0)
		AND state = iif(OLD.state = 2, 1, OLD.state);
END;

-- A status report that matched no part when it came: it may overtake the +CMGS answer.
CREATE TABLE report_unmatched (
	id INTEGER PRIMARY KEY,
	sim_id INTEGER NOT NULL,
	mr INTEGER NOT NULL,
	msisdn TEXT NOT NULL,
	st INTEGER NOT NULL,
	outcome INTEGER NOT NULL, -- enum part_state that st means
	scts INTEGER, -- service centre time stamp
	discharge INTEGER,
	received_at INTEGER NOT NULL
);
CREATE INDEX report_unmatched_sim ON report_unmatched(sim_id);

-- Every DELIVER that came in, whole or part, once. digest: over SIM, originator, service
-- centre time, reference, sequence and content; what comes twice is stored once.
CREATE TABLE inbound_part (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE,
	sim_id INTEGER NOT NULL,
	originator TEXT NOT NULL,
	concat_ref INTEGER, -- NULL: not concatenated
	total INTEGER NOT NULL DEFAULT 1,
	seq INTEGER NOT NULL DEFAULT 1,
	scts INTEGER,
	received_at INTEGER NOT NULL,
	inbound_id INTEGER, -- NULL: other parts are still missing, or it does not decode
	text TEXT, -- of this part, until it is part of an inbound text
	pdu BLOB -- kept until then too, and where it does not decode
);
CREATE INDEX inbound_part_waiting ON inbound_part(sim_id, originator, concat_ref)
	WHERE inbound_id IS NULL;

-- state: 0 new (its sender is not written to until the office side has read it), 1 read by
-- the rules, 2 could not be decoded (text holds the PDU in hex), 3 incomplete: parts that
-- never came are marked in the text.
CREATE TABLE inbound (
	id INTEGER PRIMARY KEY,
	sim_id INTEGER NOT NULL,
	originator TEXT NOT NULL, -- E.164, short code or name, as the network gave it
	text TEXT NOT NULL,
	parts INTEGER NOT NULL,
	state INTEGER NOT NULL,
	intent TEXT NOT NULL DEFAULT '', -- stop, start, help, other
	contact_id INTEGER,
	campaign_id INTEGER, -- the campaign it most likely answers
	scts INTEGER,
	received_at INTEGER NOT NULL,
	seen_at INTEGER -- opened in the panel
);
-- By the last digits: some networks give a number nationally.
CREATE INDEX inbound_new ON inbound(substr(originator, -8)) WHERE state = 0;
CREATE INDEX inbound_campaign ON inbound(campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX inbound_unseen ON inbound(id) WHERE seen_at IS NULL;
CREATE INDEX inbound_originator ON inbound(originator);

CREATE TABLE sim (
	id INTEGER PRIMARY KEY,
	iccid TEXT NOT NULL UNIQUE,
	imsi TEXT NOT NULL DEFAULT '',
	msisdn TEXT NOT NULL DEFAULT '',
	name TEXT NOT NULL DEFAULT '',
	operator TEXT NOT NULL DEFAULT '',
	enabled INTEGER NOT NULL DEFAULT 1,
	submit_ms INTEGER NOT NULL DEFAULT 0, -- measured: moving mean of the time of a submit
	first_seen_at INTEGER NOT NULL,
	last_seen_at INTEGER NOT NULL
);

CREATE TABLE sim_usage (
	sim_id INTEGER NOT NULL,
	hour INTEGER NOT NULL, -- UTC ms / 3,600,000
	sent INTEGER NOT NULL DEFAULT 0, -- parts accepted by the network
	delivered INTEGER NOT NULL DEFAULT 0,
	undelivered INTEGER NOT NULL DEFAULT 0,
	failed INTEGER NOT NULL DEFAULT 0, -- refused attempts
	unknown INTEGER NOT NULL DEFAULT 0,
	received INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (sim_id, hour)
) WITHOUT ROWID;

CREATE TABLE bay (
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE, -- USB path, else IMEI, else port
	port TEXT NOT NULL DEFAULT '',
	imei TEXT NOT NULL DEFAULT '',
	manufacturer TEXT NOT NULL DEFAULT '',
	model TEXT NOT NULL DEFAULT '',
	revision TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL DEFAULT 'ABSENT',
	reason TEXT NOT NULL DEFAULT '', -- machine name of the sentence shown
	sim_id INTEGER,
	changed_at INTEGER NOT NULL
);

CREATE TABLE job (
	id INTEGER PRIMARY KEY,
	kind TEXT NOT NULL, -- import
	list_id INTEGER,
	state TEXT NOT NULL, -- waiting, running, done, failed, cancelled
	options TEXT NOT NULL DEFAULT '{}',
	file TEXT NOT NULL DEFAULT '',
	bytes_total INTEGER NOT NULL DEFAULT 0,
	bytes_done INTEGER NOT NULL DEFAULT 0,
	rows INTEGER NOT NULL DEFAULT 0,
	accepted INTEGER NOT NULL DEFAULT 0,
	updated INTEGER NOT NULL DEFAULT 0,
	duplicate INTEGER NOT NULL DEFAULT 0,
	quarantined INTEGER NOT NULL DEFAULT 0,
	rejected INTEGER NOT NULL DEFAULT 0,
	error TEXT NOT NULL DEFAULT '',
	actor TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	finished_at INTEGER
);

CREATE TABLE idempotency (
	key_id INTEGER NOT NULL,
	token TEXT NOT NULL, -- the Idempotency-Key header
	request_hash BLOB NOT NULL,
	status INTEGER NOT NULL,
	answer TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (key_id, token)
) WITHOUT ROWID;
