-- A client's appointments of one day are one visit; without a client, each is one by itself. day: by the location's
-- clock, ISO; '' for what was there before there were visits. attendance, starts_at and cost (of what took place,
-- hundredths) are those of its appointments, kept by triggers.
CREATE TABLE visits (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    client_id BIGINT,
    day TEXT NOT NULL,
    attendance SMALLINT NOT NULL DEFAULT 0 CHECK (attendance BETWEEN -1 AND 2),
    starts_at BIGINT,
    cost BIGINT NOT NULL DEFAULT 0 CHECK (cost >= 0),
    comment TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    was BIGINT,
    {{key location_id, id}},
    FOREIGN KEY (location_id, client_id) REFERENCES clients (location_id, id)
);
CREATE UNIQUE INDEX visits_of_a_day ON visits (location_id, client_id, day) WHERE client_id IS NOT NULL AND day <> '';
CREATE INDEX visits_of_client ON visits (location_id, client_id, starts_at);
CREATE INDEX visits_that_were ON visits (location_id, client_id, attendance, starts_at);

-- confirmed: 1 when nobody need ring up any more. sms_before, email_before: a reminder so many hours ahead, 0 for none.
-- sms_now, email_now: whether the client was to be told at once. is_requested: whether the client named the team member.
-- is_reminded: whether the reminder went out; is_review_asked: whether the client was asked for a review.
-- device: 0 not booked online, 1 on a phone, 2 on a desktop. cost: of all its services, hundredths.
ALTER TABLE appointments ADD COLUMN visit_id BIGINT;
ALTER TABLE appointments ADD COLUMN confirmed SMALLINT NOT NULL DEFAULT 1 CHECK (confirmed IN (0, 1));
ALTER TABLE appointments ADD COLUMN api_id TEXT NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN sms_before BIGINT NOT NULL DEFAULT 0 CHECK (sms_before BETWEEN 0 AND 720);
ALTER TABLE appointments ADD COLUMN email_before BIGINT NOT NULL DEFAULT 0 CHECK (email_before BETWEEN 0 AND 720);
ALTER TABLE appointments ADD COLUMN sms_now SMALLINT NOT NULL DEFAULT 0 CHECK (sms_now IN (0, 1));
ALTER TABLE appointments ADD COLUMN email_now SMALLINT NOT NULL DEFAULT 0 CHECK (email_now IN (0, 1));
ALTER TABLE appointments ADD COLUMN is_requested SMALLINT NOT NULL DEFAULT 1 CHECK (is_requested IN (0, 1));
ALTER TABLE appointments ADD COLUMN device SMALLINT NOT NULL DEFAULT 0 CHECK (device BETWEEN 0 AND 2);
ALTER TABLE appointments ADD COLUMN form_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN from_url TEXT NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN record_from TEXT NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN booking_user_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN partner_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN is_reminded SMALLINT NOT NULL DEFAULT 0 CHECK (is_reminded IN (0, 1));
ALTER TABLE appointments ADD COLUMN is_review_asked SMALLINT NOT NULL DEFAULT 0 CHECK (is_review_asked IN (0, 1));
ALTER TABLE appointments ADD COLUMN cost BIGINT NOT NULL DEFAULT 0 CHECK (cost >= 0);
UPDATE appointments SET cost = (
    SELECT CAST(COALESCE(SUM(s.cost), 0) AS BIGINT) FROM appointment_services s
    WHERE s.location_id = appointments.location_id AND s.appointment_id = appointments.id);

INSERT INTO visits (location_id, client_id, day, attendance, starts_at, cost, created_at, was)
SELECT location_id, client_id, '', CASE WHEN is_deleted = 0 THEN attendance ELSE 0 END,
    CASE WHEN is_deleted = 0 THEN starts_at END,
    CASE WHEN is_deleted = 0 AND attendance = 1 THEN cost ELSE 0 END, created_at, id
FROM appointments;
UPDATE appointments SET visit_id = (
    SELECT v.id FROM visits v WHERE v.location_id = appointments.location_id AND v.was = appointments.id);
ALTER TABLE visits DROP COLUMN was;

DROP INDEX appointments_by_start;
CREATE INDEX appointments_by_start ON appointments (location_id, is_deleted, starts_at, id);
CREATE INDEX appointments_of_team_member ON appointments (location_id, team_member_id, starts_at);
CREATE INDEX appointments_by_creation ON appointments (location_id, created_at);
CREATE INDEX appointments_by_change ON appointments (location_id, updated_at);
CREATE INDEX appointments_of_visit ON appointments (location_id, visit_id, is_deleted);
CREATE INDEX appointments_by_id ON appointments (id);
CREATE INDEX visits_by_id ON visits (id);
CREATE INDEX appointments_of_partner ON appointments (partner_id, starts_at);
CREATE INDEX appointments_of_booking_user ON appointments (booking_user_id, starts_at);

-- Values of the location's own fields of appointments.
CREATE TABLE appointment_custom_values (
    location_id BIGINT NOT NULL,
    appointment_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (location_id, appointment_id, field_id),
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id),
    FOREIGN KEY (location_id, field_id) REFERENCES custom_fields (location_id, id)
);
CREATE INDEX appointment_custom_values_of ON appointment_custom_values (location_id, field_id);

-- Business documents. kind: 7 a visit, the only one so far. Each appointment has one from its beginning.
CREATE TABLE documents (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    kind SMALLINT NOT NULL,
    appointment_id BIGINT,
    user_id BIGINT NOT NULL DEFAULT 0,
    comment TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    {{key location_id, id}},
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id)
);
CREATE INDEX documents_of_appointment ON documents (location_id, appointment_id);
INSERT INTO documents (location_id, kind, appointment_id, user_id, created_at)
SELECT location_id, 7, id, created_user_id, created_at FROM appointments;
