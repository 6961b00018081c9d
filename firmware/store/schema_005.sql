-- How long the radio side ran, and of that how long each bay's modem worked and could send,
-- by hours of UTC (ms / 3,600,000). Measured by a clock that nobody sets: the hour is only
-- where it is put.
CREATE TABLE radio_hour (
	hour INTEGER PRIMARY KEY,
	from_at INTEGER NOT NULL, -- measured since, in this hour
	ran_ms INTEGER NOT NULL
);

-- By hour first: what is written together lies together.
CREATE TABLE bay_hour (
	hour INTEGER NOT NULL,
	bay_id INTEGER NOT NULL REFERENCES bay(id) ON DELETE CASCADE,
	up_ms INTEGER NOT NULL, -- its modem answered, and no failure was open
	ready_ms INTEGER NOT NULL, -- of these: READY or SENDING
	signal_n INTEGER NOT NULL, -- readings of the signal, and what they showed, in dBm
	signal_sum INTEGER NOT NULL,
	signal_min INTEGER,
	signal_max INTEGER,
	PRIMARY KEY (hour, bay_id)
) WITHOUT ROWID;
