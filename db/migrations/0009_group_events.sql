-- Group events: one service of one team member for several clients. starts_at: an instant, milliseconds; length:
-- seconds, with the technical break; color: '#rrggbb' or ''. clients_count: the seats that its appointments take,
-- kept by whoever writes them; the database lets nobody in beyond its capacity.
CREATE TABLE group_events (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    team_member_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    length BIGINT NOT NULL CHECK (length BETWEEN 1 AND 86400),
    technical_break BIGINT NOT NULL DEFAULT 0 CHECK (technical_break BETWEEN 0 AND 3600 AND technical_break < length),
    capacity BIGINT NOT NULL CHECK (capacity >= 1),
    clients_count BIGINT NOT NULL DEFAULT 0 CHECK (clients_count >= 0 AND clients_count <= capacity),
    comment TEXT NOT NULL DEFAULT '',
    color TEXT NOT NULL DEFAULT '',
    instructions TEXT NOT NULL DEFAULT '',
    stream_link TEXT NOT NULL DEFAULT '',
    is_notified SMALLINT NOT NULL DEFAULT 0 CHECK (is_notified IN (0, 1)),
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    {{key location_id, id}},
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id)
);
CREATE INDEX group_events_by_start ON group_events (location_id, is_deleted, starts_at, id);
CREATE INDEX group_events_by_team_member ON group_events (location_id, team_member_id, starts_at);
CREATE INDEX group_events_by_service ON group_events (location_id, service_id, starts_at);

CREATE TABLE group_event_resources (
    location_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    instance_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, event_id, instance_id),
    FOREIGN KEY (location_id, event_id) REFERENCES group_events (location_id, id),
    FOREIGN KEY (location_id, instance_id) REFERENCES resource_instances (location_id, id)
);
CREATE INDEX group_event_resources_of ON group_event_resources (location_id, instance_id, event_id);

CREATE TABLE group_event_tags (
    location_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, event_id, tag_id),
    FOREIGN KEY (location_id, event_id) REFERENCES group_events (location_id, id),
    FOREIGN KEY (location_id, tag_id) REFERENCES tags (location_id, id)
);
CREATE INDEX group_event_tags_of ON group_event_tags (location_id, tag_id, event_id);

-- How an event is to be repeated, saved under a name. mode: 1 daily, 2 weekdays, 3 Mon Wed Fri, 4 Tue Thu, 5 weekly,
-- 6 monthly, 7 yearly; days: a JSON list of weekdays, 0 Sunday; skipped: units left out between two dates.
CREATE TABLE event_duplication_strategies (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    title TEXT NOT NULL,
    mode SMALLINT NOT NULL CHECK (mode BETWEEN 1 AND 7),
    days TEXT NOT NULL DEFAULT '[]',
    skipped BIGINT NOT NULL DEFAULT 0 CHECK (skipped BETWEEN 0 AND 100),
    with_appointments SMALLINT NOT NULL DEFAULT 0 CHECK (with_appointments IN (0, 1)),
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);

-- A visitor whom a client brings along or who comes without being a client.
CREATE TABLE comers (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    name TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);

-- Appointments; so far those in group events. attendance: -1 absent, 0 waiting, 1 came, 2 confirmed. color: 'rrggbb'
-- or ''. source: 0 made by staff. Money in hundredths, discounts in hundredths of a percent.
CREATE TABLE appointments (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    event_id BIGINT,
    team_member_id BIGINT NOT NULL,
    client_id BIGINT,
    comer_id BIGINT,
    starts_at BIGINT NOT NULL,
    length BIGINT NOT NULL CHECK (length > 0),
    technical_break BIGINT NOT NULL DEFAULT 0 CHECK (technical_break >= 0),
    clients_count BIGINT NOT NULL DEFAULT 1 CHECK (clients_count >= 1),
    attendance SMALLINT NOT NULL DEFAULT 0 CHECK (attendance BETWEEN -1 AND 2),
    comment TEXT NOT NULL DEFAULT '',
    color TEXT NOT NULL DEFAULT '',
    source SMALLINT NOT NULL DEFAULT 0,
    is_trial SMALLINT NOT NULL DEFAULT 0 CHECK (is_trial IN (0, 1)),
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_user_id BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    {{key location_id, id}},
    FOREIGN KEY (location_id, event_id) REFERENCES group_events (location_id, id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id),
    FOREIGN KEY (location_id, client_id) REFERENCES clients (location_id, id),
    FOREIGN KEY (location_id, comer_id) REFERENCES comers (location_id, id)
);
CREATE INDEX appointments_of_event ON appointments (location_id, event_id, is_deleted);
CREATE INDEX appointments_of_client ON appointments (location_id, client_id, starts_at);
CREATE INDEX appointments_by_start ON appointments (location_id, starts_at, id);

CREATE TABLE appointment_services (
    location_id BIGINT NOT NULL,
    appointment_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    cost_per_unit BIGINT NOT NULL DEFAULT 0 CHECK (cost_per_unit >= 0),
    amount BIGINT NOT NULL DEFAULT 1 CHECK (amount >= 1),
    discount BIGINT NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000),
    cost BIGINT NOT NULL DEFAULT 0 CHECK (cost >= 0),
    PRIMARY KEY (location_id, appointment_id, position),
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id)
);
CREATE INDEX appointment_services_of ON appointment_services (location_id, service_id, appointment_id);

CREATE TABLE appointment_tags (
    location_id BIGINT NOT NULL,
    appointment_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, appointment_id, tag_id),
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id),
    FOREIGN KEY (location_id, tag_id) REFERENCES tags (location_id, id)
);
CREATE INDEX appointment_tags_of ON appointment_tags (location_id, tag_id, appointment_id);
