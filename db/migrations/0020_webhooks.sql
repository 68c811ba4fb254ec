-- Events go on from here to those who asked for them. Those from before nobody could ask for.
ALTER TABLE events ADD COLUMN dispatched_at BIGINT;
UPDATE events SET dispatched_at = created_at;
CREATE INDEX events_dispatched ON events (dispatched_at, id);

-- Addresses that a location's events are sent to. url_hash: of the address, which is too long for an index. events: a
-- JSON list of the kinds asked for. retries: how failed attempts are repeated. secret, previous_secret: sealed; the
-- previous one signs beside the other until previous_until. user_id, partner_id: who set it up.
-- A webhook's deliveries go out one after the other: whoever has it claimed sends them, until claimed_until at the
-- latest; due_at is when there is something to send again.
CREATE TABLE webhooks (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    url TEXT NOT NULL,
    url_hash {{blob}} NOT NULL,
    position BIGINT NOT NULL,
    active SMALLINT NOT NULL CHECK (active IN (0, 1)),
    events TEXT NOT NULL,
    self_sending SMALLINT NOT NULL CHECK (self_sending IN (0, 1)),
    retries TEXT NOT NULL DEFAULT 'default' CHECK (retries IN ('default', 'scheduled')),
    secret {{blob}},
    previous_secret {{blob}},
    previous_until BIGINT NOT NULL DEFAULT 0,
    user_id BIGINT NOT NULL,
    partner_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    due_at BIGINT,
    claimed_until BIGINT NOT NULL DEFAULT 0,
    claim BIGINT NOT NULL DEFAULT 0,
    served_at BIGINT NOT NULL DEFAULT 0,
    {{key location_id, id}}
);
CREATE UNIQUE INDEX webhooks_url ON webhooks (location_id, url_hash) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_due ON webhooks (due_at) WHERE due_at IS NOT NULL;

-- What is sent, the same to all. event_id: the event it tells of; NULL for a test.
CREATE TABLE webhook_messages (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    event_id BIGINT,
    resource TEXT NOT NULL,
    resource_id BIGINT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('create', 'update', 'delete')),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);
CREATE INDEX webhook_messages_old ON webhook_messages (created_at);

-- A message on its way to one address. state: 0 waiting, 1 delivered, 2 given up, 3 dropped (the address is no longer
-- asked for). in_line: goes before all that are younger.
CREATE TABLE webhook_deliveries (
    location_id BIGINT NOT NULL,
    id {{id}},
    webhook_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('event', 'replay', 'test')),
    state SMALLINT NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
    in_line SMALLINT NOT NULL CHECK (in_line IN (0, 1)),
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    {{key location_id, id}},
    FOREIGN KEY (location_id, webhook_id) REFERENCES webhooks (location_id, id),
    FOREIGN KEY (location_id, message_id) REFERENCES webhook_messages (location_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_line ON webhook_deliveries (location_id, webhook_id, id) WHERE state = 0 AND in_line = 1;
CREATE INDEX webhook_deliveries_later ON webhook_deliveries (location_id, webhook_id, due_at) WHERE state = 0 AND in_line = 0;
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (location_id, webhook_id, id);
CREATE INDEX webhook_deliveries_with ON webhook_deliveries (location_id, message_id);

-- Each attempt. status: HTTP's; 0 without an answer. duration: milliseconds.
CREATE TABLE webhook_attempts (
    location_id BIGINT NOT NULL,
    delivery_id BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (location_id, delivery_id, attempt),
    FOREIGN KEY (location_id, delivery_id) REFERENCES webhook_deliveries (location_id, id) ON DELETE CASCADE
);
