-- The bank beyond sending: who is admitted, PINs, balances, how each bay fared, and what
-- comes in that is no text.

-- A SIM that nobody admitted receives and does not send.
ALTER TABLE sim ADD COLUMN admitted_at INTEGER;
UPDATE sim SET admitted_at = first_seen_at;
ALTER TABLE sim ADD COLUMN may_roam INTEGER NOT NULL DEFAULT 1;
ALTER TABLE sim ADD COLUMN balance_text TEXT NOT NULL DEFAULT ''; -- as the operator said it

-- How an operator is asked for the balance.
CREATE TABLE balance_script (
	operator TEXT PRIMARY KEY COLLATE NOCASE, -- as the SIM's; '' any without its own
	code TEXT NOT NULL, -- "*123#", or with the answers to its menus: "*100#,2,1"
	pattern TEXT NOT NULL, -- words of the answer around {amount}
	every_hours INTEGER NOT NULL DEFAULT 24
) WITHOUT ROWID;

ALTER TABLE bay ADD COLUMN iccid TEXT NOT NULL DEFAULT ''; -- of a locked SIM, too
ALTER TABLE bay ADD COLUMN first_at INTEGER; -- its history begins
UPDATE bay SET first_at = changed_at;

-- sealed: for the radio side's key alone (a libsodium sealed box). tries: committed before
-- the SIM is asked, so that no PIN is given to it twice.
CREATE TABLE sim_pin (
	name TEXT PRIMARY KEY, -- the ICCID; "bay:3" where a locked SIM does not tell it
	sealed BLOB NOT NULL,
	state INTEGER NOT NULL, -- enum pin_state
	tries INTEGER NOT NULL DEFAULT 0,
	refused BLOB, -- keyed hash of the PIN that was refused last
	set_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Each time that a bay failed, and how long until it worked again.
CREATE TABLE bay_event (
	id INTEGER PRIMARY KEY,
	bay_id INTEGER NOT NULL REFERENCES bay(id) ON DELETE CASCADE,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL, -- machine name of the reason
	rung TEXT NOT NULL, -- the means that brought it back, the last one tried
	back_at INTEGER -- NULL: not yet
);
CREATE INDEX bay_event_bay ON bay_event(bay_id, at);

-- The last lines between box and modem before something ended badly. Secrets, numbers and
-- texts are masked.
CREATE TABLE flight_record (
	id INTEGER PRIMARY KEY,
	bay_id INTEGER NOT NULL REFERENCES bay(id) ON DELETE CASCADE,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL,
	lines TEXT NOT NULL
);
CREATE INDEX flight_record_bay ON flight_record(bay_id);

ALTER TABLE inbound ADD COLUMN kind INTEGER NOT NULL DEFAULT 0; -- enum inbound_kind
