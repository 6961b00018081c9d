-- Which modem was in which bay. A bay is a socket; its history counts from the arrival of the
-- modem that is in it now.
CREATE TABLE bay_modem (
	id INTEGER PRIMARY KEY,
	bay_id INTEGER NOT NULL REFERENCES bay(id) ON DELETE CASCADE,
	at INTEGER NOT NULL, -- it came
	imei TEXT NOT NULL,
	model TEXT NOT NULL,
	from_bay_id INTEGER -- where it was before; NULL: not known, or its IMEI is not its alone
);
CREATE INDEX bay_modem_bay ON bay_modem(bay_id);
INSERT INTO bay_modem (bay_id, at, imei, model)
	SELECT id, coalesce(first_at, changed_at), imei, model FROM bay WHERE imei <> '';
