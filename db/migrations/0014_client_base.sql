-- name_key, surname_key: the name, and last and middle names, in lower case, to search in and to sort by (the
-- databases know other letters' cases differently). discount: hundredths of a percent. importance: 0 none, 1 bronze,
-- 2 silver, 3 gold. spent, paid, balance: hundredths; balance is what is shown: paid less spent, with what was set by
-- hand. visits: appointments to which the client came, no_shows: to which not; first_visit_at, last_visit_at: when
-- those that took place began.
ALTER TABLE clients ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN surname_key TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN card TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN discount BIGINT NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000);
ALTER TABLE clients ADD COLUMN importance SMALLINT NOT NULL DEFAULT 0 CHECK (importance BETWEEN 0 AND 3);
ALTER TABLE clients ADD COLUMN sms_check SMALLINT NOT NULL DEFAULT 0 CHECK (sms_check IN (0, 1));
ALTER TABLE clients ADD COLUMN sms_not SMALLINT NOT NULL DEFAULT 0 CHECK (sms_not IN (0, 1));
ALTER TABLE clients ADD COLUMN spent BIGINT NOT NULL DEFAULT 0 CHECK (spent >= 0);
ALTER TABLE clients ADD COLUMN paid BIGINT NOT NULL DEFAULT 0 CHECK (paid >= 0);
ALTER TABLE clients ADD COLUMN balance BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN visits BIGINT NOT NULL DEFAULT 0 CHECK (visits >= 0);
ALTER TABLE clients ADD COLUMN no_shows BIGINT NOT NULL DEFAULT 0 CHECK (no_shows >= 0);
ALTER TABLE clients ADD COLUMN first_visit_at BIGINT;
ALTER TABLE clients ADD COLUMN last_visit_at BIGINT;
ALTER TABLE clients ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN deleted_at BIGINT;
ALTER TABLE clients ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

UPDATE clients SET
    name_key = LOWER(name), surname_key = LOWER(TRIM(surname || ' ' || patronymic)), updated_at = created_at,
    visits = (SELECT COUNT(*) FROM appointments a WHERE a.location_id = clients.location_id
        AND a.client_id = clients.id AND a.is_deleted = 0 AND a.attendance = 1),
    no_shows = (SELECT COUNT(*) FROM appointments a WHERE a.location_id = clients.location_id
        AND a.client_id = clients.id AND a.is_deleted = 0 AND a.attendance = -1),
    first_visit_at = (SELECT MIN(a.starts_at) FROM appointments a WHERE a.location_id = clients.location_id
        AND a.client_id = clients.id AND a.is_deleted = 0 AND a.attendance = 1),
    last_visit_at = (SELECT MAX(a.starts_at) FROM appointments a WHERE a.location_id = clients.location_id
        AND a.client_id = clients.id AND a.is_deleted = 0 AND a.attendance = 1);

-- Whoever is deleted gives his phone free.
DROP INDEX clients_phone_once;
CREATE UNIQUE INDEX clients_phone_once ON clients (location_id, phone) WHERE phone <> '' AND deleted_at IS NULL;
DROP INDEX clients_by_phone;

-- One for each order in which clients are listed: a page is read off it, however many there are. deleted_at, always NULL
-- there, lets SQLite do without the table.
CREATE INDEX clients_by_id ON clients (location_id, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_name ON clients (location_id, name_key, surname_key, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_phone ON clients (location_id, phone, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_email ON clients (location_id, LOWER(email), id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_discount ON clients (location_id, discount, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_first_visit ON clients (location_id, COALESCE(first_visit_at, 0), id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_last_visit ON clients (location_id, COALESCE(last_visit_at, 0), id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_spent ON clients (location_id, spent, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_visits ON clients (location_id, visits, id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_change ON clients (location_id, updated_at, id, deleted_at) WHERE deleted_at IS NULL;

-- Whose clients somebody is: for users who see those of one team member alone.
CREATE INDEX appointments_of_clients ON appointments (location_id, team_member_id, client_id) WHERE is_deleted = 0;
