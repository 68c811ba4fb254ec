-- client_id: to which client a message goes. kind: why it was written ('mailing', 'reminder', 'record_move_staff', …).
-- delivery_status, payment_sum (as it was told), currency, parts: what the gateway told of it afterwards.
ALTER TABLE outbox ADD COLUMN client_id BIGINT;
ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN delivery_status BIGINT;
ALTER TABLE outbox ADD COLUMN delivery_at BIGINT;
ALTER TABLE outbox ADD COLUMN payment_sum TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN parts BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_old ON outbox (created_at);

-- By which ways a location tells its people of what happens; no row: as by default.
CREATE TABLE notification_types (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    kind TEXT NOT NULL,
    push SMALLINT NOT NULL CHECK (push IN (0, 1)),
    sms SMALLINT NOT NULL CHECK (sms IN (0, 1)),
    email SMALLINT NOT NULL CHECK (email IN (0, 1)),
    PRIMARY KEY (location_id, kind)
);

-- Whether a user is told on his phone; no row: as the location has it.
CREATE TABLE user_notification_types (
    location_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    push SMALLINT NOT NULL CHECK (push IN (0, 1)),
    PRIMARY KEY (location_id, user_id, kind),
    FOREIGN KEY (location_id, user_id) REFERENCES memberships (location_id, user_id) ON DELETE CASCADE
);

-- What people were last told of an appointment, by which a change is known from a move.
CREATE TABLE appointment_notices (
    location_id BIGINT NOT NULL,
    appointment_id BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    team_member_id BIGINT NOT NULL,
    is_over SMALLINT NOT NULL CHECK (is_over IN (0, 1)),
    PRIMARY KEY (location_id, appointment_id),
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id) ON DELETE CASCADE
);

-- Reminders of appointments. starts_at: of the appointment for which it is meant. sent_at: once it was sent, or let go.
CREATE TABLE appointment_reminders (
    location_id BIGINT NOT NULL,
    appointment_id BIGINT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    due_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    sent_at BIGINT,
    PRIMARY KEY (location_id, appointment_id, channel),
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id) ON DELETE CASCADE
);
CREATE INDEX appointment_reminders_due ON appointment_reminders (due_at) WHERE sent_at IS NULL;
