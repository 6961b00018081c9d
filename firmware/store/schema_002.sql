-- Routes, plans and limits: who may go over which SIM, at what price, when and how much.
-- Money is in millionths of the plan's currency. Times of day are minutes after midnight.

-- A group of destinations. The longest prefix of a number decides; where no prefix fits, the
-- route of the number's country (is_country), made when first needed. Route 0: not known.
CREATE TABLE route (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	country TEXT NOT NULL DEFAULT '', -- ISO 3166 alpha-2
	operator TEXT NOT NULL DEFAULT '', -- the network these numbers belong to, '' not known
	is_country INTEGER NOT NULL DEFAULT 0, -- 1: all of the country that no prefix names
	locking INTEGER NOT NULL DEFAULT 0, -- national language tables tested on it, bits by
	single INTEGER NOT NULL DEFAULT 0 -- identifier (TS 23.038 6.2.1.2.4)
);
CREATE UNIQUE INDEX route_country ON route(country) WHERE is_country = 1;
CREATE TABLE route_prefix (
	prefix TEXT PRIMARY KEY, -- "+3069"
	route_id INTEGER NOT NULL REFERENCES route(id) ON DELETE CASCADE
) WITHOUT ROWID;

-- The operator's contract, shared by SIMs of a kind; limits are for each SIM. 0: no limit.
CREATE TABLE plan (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	currency TEXT NOT NULL DEFAULT '', -- ISO 4217
	time_zone TEXT NOT NULL DEFAULT '', -- of its days and months; '' the box's
	reset_day INTEGER NOT NULL DEFAULT 1, -- 1 to 31: the month begins; in a shorter one, its last
	per_minute INTEGER NOT NULL DEFAULT 0, -- parts, in any 60 s
	per_hour INTEGER NOT NULL DEFAULT 0, -- parts, in any 60 min
	per_day INTEGER NOT NULL DEFAULT 0, -- parts
	per_month INTEGER NOT NULL DEFAULT 0, -- parts
	recipients_month INTEGER NOT NULL DEFAULT 0, -- different numbers
	bundle_month INTEGER NOT NULL DEFAULT 0, -- parts that are paid for already
	is_bundle_only INTEGER NOT NULL DEFAULT 0, -- 1: nothing beyond the bundle
	spend_month INTEGER NOT NULL DEFAULT 0,
	balance_floor INTEGER, -- NULL: the balance does not matter
	countries TEXT NOT NULL DEFAULT '', -- "GR,CY"; '' all
	price INTEGER NOT NULL DEFAULT 0 -- of a part beyond the bundle, where no route names one
);
CREATE TABLE plan_price (
	plan_id INTEGER NOT NULL REFERENCES plan(id) ON DELETE CASCADE,
	route_id INTEGER NOT NULL REFERENCES route(id) ON DELETE CASCADE,
	price INTEGER NOT NULL, -- of a part beyond the bundle
	in_bundle INTEGER NOT NULL DEFAULT 1, -- 0: always paid for
	is_blocked INTEGER NOT NULL DEFAULT 0, -- 1: never over these SIMs
	PRIMARY KEY (plan_id, route_id)
) WITHOUT ROWID;

ALTER TABLE sim ADD COLUMN plan_id INTEGER REFERENCES plan(id) ON DELETE SET NULL;
ALTER TABLE sim ADD COLUMN role INTEGER NOT NULL DEFAULT 0; -- enum sim_role
ALTER TABLE sim ADD COLUMN sim_group TEXT NOT NULL DEFAULT ''; -- only for senders of this group
ALTER TABLE sim ADD COLUMN balance INTEGER; -- as last read
ALTER TABLE sim ADD COLUMN balance_at INTEGER;

-- Campaigns, API keys and panel users (enum by number range, see types.h) with limits.
CREATE TABLE quota (
	source INTEGER PRIMARY KEY,
	per_minute INTEGER NOT NULL DEFAULT 0, -- parts; the pace
	per_day INTEGER NOT NULL DEFAULT 0, -- parts, in the box's time zone
	budget INTEGER NOT NULL DEFAULT 0, -- money; of a campaign in all, of others a month
	sim_group TEXT NOT NULL DEFAULT '' -- goes over the SIMs of this group alone
);
-- Kept for sources with a day or money limit only.
CREATE TABLE quota_usage (
	source INTEGER NOT NULL,
	quarter INTEGER NOT NULL,
	parts INTEGER NOT NULL DEFAULT 0,
	money INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (source, quarter)
) WITHOUT ROWID;

-- The SIM a number knows: the one that wrote to it, or that it wrote to, last.
CREATE TABLE affinity (
	msisdn TEXT PRIMARY KEY,
	sim_id INTEGER NOT NULL,
	at INTEGER NOT NULL
) WITHOUT ROWID;
-- Kept for SIMs with a limit of recipients only.
CREATE TABLE sim_recipient (
	sim_id INTEGER NOT NULL,
	month_at INTEGER NOT NULL, -- UTC ms at which that month began
	msisdn TEXT NOT NULL,
	PRIMARY KEY (sim_id, month_at, msisdn)
) WITHOUT ROWID;

CREATE TABLE frequency_cap (
	class INTEGER PRIMARY KEY, -- enum message_class
	days_7 INTEGER NOT NULL DEFAULT 0, -- messages to one number; 0 no cap
	days_30 INTEGER NOT NULL DEFAULT 0
);
-- When each class may go out, in the recipient's time; no row: always.
CREATE TABLE send_window (
	class INTEGER PRIMARY KEY,
	from_minute INTEGER NOT NULL,
	to_minute INTEGER NOT NULL, -- exclusive; from > to: over midnight
	days INTEGER NOT NULL DEFAULT 127, -- bit 0 Monday to bit 6 Sunday
	on_holidays INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE holiday (
	country TEXT NOT NULL,
	day TEXT NOT NULL, -- "2027-03-25" or "03-25" for every year
	name TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (country, day)
) WITHOUT ROWID;

ALTER TABLE contact ADD COLUMN time_zone TEXT NOT NULL DEFAULT ''; -- '' by the number

ALTER TABLE campaign ADD COLUMN user_id INTEGER; -- whose limits it counts to
ALTER TABLE campaign ADD COLUMN start_at INTEGER; -- waits until then
ALTER TABLE campaign ADD COLUMN end_at INTEGER; -- nothing goes out after
ALTER TABLE campaign ADD COLUMN from_minute INTEGER; -- its own window, inside the class's
ALTER TABLE campaign ADD COLUMN to_minute INTEGER;
ALTER TABLE campaign ADD COLUMN days INTEGER NOT NULL DEFAULT 127;
ALTER TABLE campaign ADD COLUMN is_spread INTEGER NOT NULL DEFAULT 0; -- evenly until end_at
ALTER TABLE campaign ADD COLUMN estimate_from INTEGER; -- as said at Start, UTC ms
ALTER TABLE campaign ADD COLUMN estimate_to INTEGER;

-- national: the language tables allowed, locking bits << 16 | single bits, as in route.
ALTER TABLE message ADD COLUMN route_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN national INTEGER NOT NULL DEFAULT 0; -- tables allowed: locking bits << 16 | single bits
ALTER TABLE message ADD COLUMN pause_at INTEGER; -- the window that due_at lies in ends here
ALTER TABLE message ADD COLUMN choice INTEGER NOT NULL DEFAULT 0; -- enum sim_choice: why that SIM
ALTER TABLE part ADD COLUMN price INTEGER NOT NULL DEFAULT 0;

-- Lane: the SIM that it must go over, minus the SIM that it should go over (it may move), or
-- 0 for any.
DROP INDEX message_queue;
CREATE INDEX message_queue ON message(class, source, route_id,
	coalesce(iif(flags & 4, -sim_id, sim_id), 0), due_at) WHERE state = 1;
CREATE INDEX message_pause ON message(pause_at) WHERE state IN (0, 1) AND pause_at IS NOT NULL;

-- Quarters of an hour: every time zone's midnight is at the start of one.
CREATE TABLE sim_usage_quarter (
	sim_id INTEGER NOT NULL,
	quarter INTEGER NOT NULL, -- UTC ms / 900,000
	sent INTEGER NOT NULL DEFAULT 0, -- parts accepted by the network
	delivered INTEGER NOT NULL DEFAULT 0,
	undelivered INTEGER NOT NULL DEFAULT 0,
	failed INTEGER NOT NULL DEFAULT 0, -- refused attempts
	unknown INTEGER NOT NULL DEFAULT 0,
	received INTEGER NOT NULL DEFAULT 0,
	money INTEGER NOT NULL DEFAULT 0, -- of what went on air, or may have
	PRIMARY KEY (sim_id, quarter)
) WITHOUT ROWID;
INSERT INTO sim_usage_quarter (sim_id, quarter, sent, delivered, undelivered, failed,
	unknown, received) SELECT sim_id, hour * 4, sent, delivered, undelivered, failed,
	unknown, received FROM sim_usage;
DROP TABLE sim_usage;
ALTER TABLE sim_usage_quarter RENAME TO sim_usage;
