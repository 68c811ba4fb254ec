-- Codes by which phones and e-mail addresses are proven: the latest of each. code: a keyed mark of it, useless without the
-- server's key. sent, sent_from: how many since then, to bound them.
CREATE TABLE contact_codes (
    contact TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    attempts_left BIGINT NOT NULL CHECK (attempts_left >= 0),
    expires_at BIGINT NOT NULL,
    sent BIGINT NOT NULL DEFAULT 1,
    sent_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Whether the user proved by a code that the phone is his.
ALTER TABLE users ADD COLUMN phone_confirmed SMALLINT NOT NULL DEFAULT 0 CHECK (phone_confirmed IN (0, 1));
CREATE INDEX clients_by_phone_anywhere ON clients (phone) WHERE phone <> '' AND deleted_at IS NULL;

-- Times held for somebody who is about to book; what is held stands in occupancy.
CREATE TABLE slot_holds (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    token_hash {{blob}} NOT NULL,
    ip TEXT NOT NULL DEFAULT '',
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);
CREATE UNIQUE INDEX slot_holds_by_token ON slot_holds (location_id, token_hash);
CREATE INDEX slot_holds_of ON slot_holds (location_id, ip, expires_at);

-- What clients say of team members, or of the location (no team member). rating: stars. An appointment is reviewed once.
CREATE TABLE reviews (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    team_member_id BIGINT,
    appointment_id BIGINT,
    user_id BIGINT NOT NULL DEFAULT 0,
    name TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '',
    rating SMALLINT NOT NULL CHECK (rating BETWEEN 1 AND 5),
    created_at BIGINT NOT NULL,
    {{key location_id, id}},
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id),
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id)
);
CREATE INDEX reviews_listed ON reviews (location_id, created_at, id);
CREATE INDEX reviews_of_team_member ON reviews (location_id, team_member_id, created_at);
CREATE UNIQUE INDEX reviews_of_appointment ON reviews (location_id, appointment_id) WHERE appointment_id IS NOT NULL;

-- What clients agree to before they book; no row: nothing.
CREATE TABLE privacy_policies (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    content TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (location_id)
);
