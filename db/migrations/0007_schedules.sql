-- A team member's working hours on one day, by the location's clock. slots: [[start, end], ...] in seconds since
-- midnight, in order, past midnight to the next noon. off_day_type: why there are none, 0 for no reason.
CREATE TABLE schedule_days (
    location_id BIGINT NOT NULL,
    team_member_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    slots TEXT NOT NULL DEFAULT '[]',
    off_day_type SMALLINT NOT NULL DEFAULT 0 CHECK (off_day_type BETWEEN 0 AND 9),
    PRIMARY KEY (location_id, team_member_id, day),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX schedule_days_by_day ON schedule_days (location_id, day, team_member_id);

-- How the calendar of a location works; no row: as in the defaults.
CREATE TABLE calendar_settings (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    seats_max BIGINT NOT NULL CHECK (seats_max BETWEEN 1 AND 255),
    technical_break BIGINT NOT NULL DEFAULT 0 CHECK (technical_break BETWEEN 0 AND 3600),
    asks_newsletter SMALLINT NOT NULL DEFAULT 0 CHECK (asks_newsletter IN (0, 1)),
    asks_personal_data SMALLINT NOT NULL DEFAULT 0 CHECK (asks_personal_data IN (0, 1)),
    PRIMARY KEY (location_id)
);

-- What takes up a team member ('team') or an instance of a resource ('resource'), from starts_at up to ends_at.
-- owner, owner_id: the event or appointment. overlapping 1: a deliberate overlap, marked as such; of the others the
-- database refuses any two that overlap, whoever writes them.
CREATE TABLE occupancy (
    location_id BIGINT NOT NULL,
    subject TEXT NOT NULL CHECK (subject IN ('team', 'resource')),
    subject_id BIGINT NOT NULL,
    owner TEXT NOT NULL CHECK (owner IN ('event', 'appointment')),
    owner_id BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    overlapping SMALLINT NOT NULL DEFAULT 0 CHECK (overlapping IN (0, 1)),
    -- Two days at the most, so that a search for what is busy then need not look further back.
    CHECK (starts_at < ends_at AND ends_at <= starts_at + 172800000),
    PRIMARY KEY (location_id, owner, owner_id, subject, subject_id, starts_at)
);
CREATE INDEX occupancy_by_subject ON occupancy (location_id, subject, subject_id, starts_at);
