-- Instants are BIGINT, milliseconds UTC; flags SMALLINT 0/1; JSON is TEXT. Tokens: see dialect.rs.

-- Bumped by every write that makes what servers keep in memory stale (partners, sessions, rights).
CREATE TABLE cache_epoch (
    id BIGINT NOT NULL PRIMARY KEY,
    n BIGINT NOT NULL
);
INSERT INTO cache_epoch (id, n) VALUES (1, 0);

CREATE TABLE partners (
    id {{serial}},
    title TEXT NOT NULL,
    token_hash {{blob}} NOT NULL UNIQUE,
    legacy_flat SMALLINT NOT NULL DEFAULT 0 CHECK (legacy_flat IN (0, 1)),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- Login, e-mail and phone are stored normalised (lower case, E.164), so the unique keys mean what they say.
CREATE TABLE users (
    id {{serial}},
    name TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    email TEXT UNIQUE,
    phone TEXT UNIQUE,
    password_hash TEXT,
    avatar TEXT NOT NULL DEFAULT '',
    is_approved SMALLINT NOT NULL CHECK (is_approved IN (0, 1)),
    is_email_confirmed SMALLINT NOT NULL DEFAULT 0 CHECK (is_email_confirmed IN (0, 1)),
    created_at BIGINT NOT NULL,
    password_changed_at BIGINT,
    CHECK (email IS NOT NULL OR phone IS NOT NULL)
);

CREATE TABLE sessions (
    id {{serial}},
    user_id BIGINT NOT NULL REFERENCES users (id),
    partner_id BIGINT NOT NULL REFERENCES partners (id),
    token_hash {{blob}} NOT NULL UNIQUE,
    program TEXT NOT NULL,
    ip TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id, id);

-- A TOTP secret, sealed with the server's key; in force once confirmed. last_step: a code serves once.
CREATE TABLE second_factors (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (id),
    secret {{blob}} NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE sign_in_challenges (
    uuid TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    attempts_left BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_in_challenges_old ON sign_in_challenges (expires_at);

CREATE TABLE chains (
    id {{serial}},
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Chain rights of a user: a JSON object of the right's slug and 0/1.
CREATE TABLE chain_users (
    chain_id BIGINT NOT NULL REFERENCES chains (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    rights TEXT NOT NULL,
    PRIMARY KEY (chain_id, user_id)
);
CREATE INDEX chain_users_by_user ON chain_users (user_id, chain_id);

-- Answers to writes sent with an Idempotency-Key, sealed, so that they can be said again.
CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint {{blob}} NOT NULL,
    answer {{blob}},
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_old ON idempotency (created_at);

CREATE TABLE locations (
    id {{serial}},
    title TEXT NOT NULL,
    public_title TEXT NOT NULL DEFAULT '',
    short_descr TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    country_id BIGINT NOT NULL,
    city_id BIGINT NOT NULL DEFAULT 0,
    city TEXT NOT NULL DEFAULT '',
    timezone TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    zip TEXT NOT NULL DEFAULT '',
    coordinate_lat {{real}} NOT NULL DEFAULT 0,
    coordinate_lon {{real}} NOT NULL DEFAULT 0,
    site TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    logo TEXT NOT NULL DEFAULT '',
    schedule TEXT NOT NULL DEFAULT '',
    social TEXT NOT NULL DEFAULT '{}',
    business_type_id BIGINT NOT NULL DEFAULT 0,
    active SMALLINT NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    phone_confirmation SMALLINT NOT NULL DEFAULT 0 CHECK (phone_confirmation IN (0, 1)),
    push_notification_phone_confirm SMALLINT NOT NULL DEFAULT 0 CHECK (push_notification_phone_confirm IN (0, 1)),
    payment_policy TEXT NOT NULL DEFAULT 'none' CHECK (payment_policy IN ('none', 'deposit', 'card_guarantee')),
    group_priority BIGINT NOT NULL DEFAULT 0,
    bookform_group_priority BIGINT NOT NULL DEFAULT 0,
    reminds_sms_disabled SMALLINT NOT NULL DEFAULT 0 CHECK (reminds_sms_disabled IN (0, 1)),
    reminds_sms_default BIGINT NOT NULL DEFAULT 1,
    allow_delete_record SMALLINT NOT NULL DEFAULT 1 CHECK (allow_delete_record IN (0, 1)),
    allow_change_record SMALLINT NOT NULL DEFAULT 1 CHECK (allow_change_record IN (0, 1)),
    app_ios TEXT NOT NULL DEFAULT '',
    app_android TEXT NOT NULL DEFAULT '',
    active_staff_count BIGINT NOT NULL DEFAULT 0,
    record_type TEXT NOT NULL DEFAULT 'single' CHECK (record_type IN ('single', 'activity', 'mixed')),
    main_chain_id BIGINT REFERENCES chains (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX locations_by_city ON locations (city_id, id);
CREATE INDEX locations_by_business_type ON locations (business_type_id, id);

CREATE TABLE location_phones (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    position BIGINT NOT NULL,
    phone TEXT NOT NULL,
    PRIMARY KEY (location_id, position)
);

CREATE TABLE location_chains (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    chain_id BIGINT NOT NULL REFERENCES chains (id),
    PRIMARY KEY (location_id, chain_id)
);
CREATE INDEX location_chains_by_chain ON location_chains (chain_id, location_id);

CREATE TABLE licenses (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    name TEXT NOT NULL,
    staff_limit BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    active SMALLINT NOT NULL CHECK (active IN (0, 1)),
    is_paid_rights_model SMALLINT NOT NULL DEFAULT 0 CHECK (is_paid_rights_model IN (0, 1)),
    options TEXT NOT NULL DEFAULT '[]',
    {{key location_id, id}},
    UNIQUE (location_id)
);

CREATE TABLE team_members (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    name TEXT NOT NULL,
    specialization TEXT NOT NULL DEFAULT '',
    active SMALLINT NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);

CREATE INDEX team_members_by_id ON team_members (id);

-- rights: a JSON object of the differences from the role's own.
CREATE TABLE memberships (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    rights TEXT NOT NULL DEFAULT '{}',
    team_member_id BIGINT,
    information TEXT NOT NULL DEFAULT '',
    is_approved SMALLINT NOT NULL CHECK (is_approved IN (0, 1)),
    is_non_deletable SMALLINT NOT NULL DEFAULT 0 CHECK (is_non_deletable IN (0, 1)),
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (location_id, user_id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX memberships_by_user ON memberships (user_id, location_id);
CREATE INDEX memberships_by_team_member ON memberships (location_id, team_member_id);

CREATE TABLE invitations (
    location_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    token_hash {{blob}} NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (location_id, user_id),
    FOREIGN KEY (location_id, user_id) REFERENCES memberships (location_id, user_id) ON DELETE CASCADE
);
CREATE INDEX invitations_by_token ON invitations (token_hash);

CREATE TABLE booking_forms (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    title TEXT NOT NULL,
    is_default SMALLINT NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    {{key location_id, id}}
);

CREATE INDEX booking_forms_by_id ON booking_forms (id);

CREATE TABLE image_groups (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    entity TEXT NOT NULL,
    entity_id BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);
CREATE INDEX image_groups_by_id ON image_groups (id);
CREATE INDEX image_groups_by_entity ON image_groups (location_id, entity, entity_id);

CREATE TABLE images (
    location_id BIGINT NOT NULL,
    id {{id}},
    image_group_id BIGINT NOT NULL,
    version TEXT NOT NULL,
    path TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    type TEXT NOT NULL,
    {{key location_id, id}},
    UNIQUE (location_id, image_group_id, version),
    FOREIGN KEY (location_id, image_group_id) REFERENCES image_groups (location_id, id) ON DELETE CASCADE
);

CREATE TABLE clients (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    name TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);
CREATE INDEX clients_by_phone ON clients (location_id, phone);

-- What happened, for those to the right of whom it happened to; written in the same transaction.
CREATE TABLE events (
    location_id BIGINT NOT NULL,
    id {{id}},
    entity TEXT NOT NULL,
    entity_id BIGINT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('create', 'update', 'delete')),
    user_id BIGINT NOT NULL DEFAULT 0,
    partner_id BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);

-- Who did what, when and from where. location_id 0: not at a location (the own password, a chain).
CREATE TABLE audit (
    location_id BIGINT NOT NULL,
    id {{id}},
    at BIGINT NOT NULL,
    user_id BIGINT NOT NULL DEFAULT 0,
    partner_id BIGINT NOT NULL DEFAULT 0,
    operation TEXT NOT NULL,
    entity TEXT NOT NULL DEFAULT '',
    entity_id BIGINT NOT NULL DEFAULT 0,
    details TEXT NOT NULL DEFAULT '{}',
    ip TEXT NOT NULL DEFAULT '',
    program TEXT NOT NULL DEFAULT '',
    request_id TEXT NOT NULL DEFAULT '',
    {{key location_id, id}}
);

-- Messages to people, sent by a worker after the commit. status: 0 waiting, 1 sent, 2 given up.
CREATE TABLE outbox (
    location_id BIGINT NOT NULL,
    id {{id}},
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    status SMALLINT NOT NULL DEFAULT 0 CHECK (status IN (0, 1, 2)),
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    {{key location_id, id}}
);
CREATE INDEX outbox_due ON outbox (status, next_at);
