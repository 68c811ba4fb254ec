-- Events that come again on weekdays until a day, after the pattern of one. Days are local, ISO; clock and duration
-- are seconds, duration without the break.
CREATE TABLE event_series (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    origin_id BIGINT NOT NULL,
    date_start TEXT NOT NULL,
    date_end TEXT NOT NULL,
    with_appointments SMALLINT NOT NULL DEFAULT 0 CHECK (with_appointments IN (0, 1)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    {{key location_id, id}},
    FOREIGN KEY (location_id, origin_id) REFERENCES group_events (location_id, id)
);
-- An event is the pattern of one series at a time.
CREATE UNIQUE INDEX event_series_of_origin ON event_series (location_id, origin_id) WHERE deleted_at IS NULL;

-- weekday: 1 Monday to 7 Sunday; one series has each once.
CREATE TABLE event_series_days (
    location_id BIGINT NOT NULL,
    id {{id}},
    series_id BIGINT NOT NULL,
    weekday SMALLINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    team_member_id BIGINT NOT NULL,
    clock BIGINT NOT NULL CHECK (clock BETWEEN 0 AND 86399),
    duration BIGINT NOT NULL CHECK (duration BETWEEN 1 AND 86400),
    technical_break BIGINT NOT NULL DEFAULT 0 CHECK (technical_break BETWEEN 0 AND 3600),
    capacity BIGINT NOT NULL CHECK (capacity >= 1),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    {{key location_id, id}},
    FOREIGN KEY (location_id, series_id) REFERENCES event_series (location_id, id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX event_series_days_of ON event_series_days (location_id, series_id);
CREATE UNIQUE INDEX event_series_days_once ON event_series_days (location_id, series_id, weekday) WHERE deleted_at IS NULL;

CREATE TABLE event_series_day_tags (
    location_id BIGINT NOT NULL,
    day_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, day_id, tag_id),
    FOREIGN KEY (location_id, day_id) REFERENCES event_series_days (location_id, id),
    FOREIGN KEY (location_id, tag_id) REFERENCES tags (location_id, id)
);
CREATE INDEX event_series_day_tags_of ON event_series_day_tags (location_id, tag_id);

CREATE TABLE event_series_day_resources (
    location_id BIGINT NOT NULL,
    day_id BIGINT NOT NULL,
    instance_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, day_id, instance_id),
    FOREIGN KEY (location_id, day_id) REFERENCES event_series_days (location_id, id),
    FOREIGN KEY (location_id, instance_id) REFERENCES resource_instances (location_id, id)
);
CREATE INDEX event_series_day_resources_of ON event_series_day_resources (location_id, instance_id);

-- The dated events that a day of a series stands for. date, starts_at: as the series has it; given_*: what the event
-- got from the series last (tags and instances as JSON lists of ids), so that what was changed by hand since can be told.
CREATE TABLE event_series_entries (
    location_id BIGINT NOT NULL,
    id {{id}},
    series_id BIGINT NOT NULL,
    day_id BIGINT NOT NULL,
    event_id BIGINT,
    date TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    status TEXT NOT NULL DEFAULT 'stable' CHECK (status IN ('stable', 'event_created', 'event_changed', 'event_changed_force', 'event_deleted', 'entity_deleted', 'entity_failed')),
    given_team_member_id BIGINT NOT NULL,
    given_starts_at BIGINT NOT NULL,
    given_length BIGINT NOT NULL,
    given_tags TEXT NOT NULL DEFAULT '[]',
    given_instances TEXT NOT NULL DEFAULT '[]',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    CHECK (event_id IS NOT NULL OR status = 'entity_failed' OR deleted_at IS NOT NULL),
    {{key location_id, id}},
    FOREIGN KEY (location_id, series_id) REFERENCES event_series (location_id, id),
    FOREIGN KEY (location_id, day_id) REFERENCES event_series_days (location_id, id),
    FOREIGN KEY (location_id, event_id) REFERENCES group_events (location_id, id)
);
CREATE INDEX event_series_entries_of_series ON event_series_entries (location_id, series_id, date);
CREATE UNIQUE INDEX event_series_entries_once ON event_series_entries (location_id, day_id, date) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX event_series_entries_event ON event_series_entries (location_id, event_id) WHERE deleted_at IS NULL;
