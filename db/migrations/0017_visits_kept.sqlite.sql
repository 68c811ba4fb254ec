-- An appointment's visit is one of its location: SQLite adds no key of two columns to a table that is there.
CREATE TRIGGER appointments_visit_insert BEFORE INSERT ON appointments
WHEN NEW.visit_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.location_id = NEW.location_id AND v.id = NEW.visit_id)
BEGIN
    SELECT RAISE(ABORT, 'appointments_visit');
END;
CREATE TRIGGER appointments_visit_update BEFORE UPDATE OF location_id, visit_id ON appointments
WHEN NEW.visit_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.location_id = NEW.location_id AND v.id = NEW.visit_id)
BEGIN
    SELECT RAISE(ABORT, 'appointments_visit');
END;

-- A slot may be held for some minutes: a hold ends by itself at expires_at. SQLite changes no check of a table that is
-- there, so the table is made anew.
CREATE TABLE occupancy_with_holds (
    location_id BIGINT NOT NULL,
    subject TEXT NOT NULL CHECK (subject IN ('team', 'resource')),
    subject_id BIGINT NOT NULL,
    owner TEXT NOT NULL CHECK (owner IN ('event', 'appointment', 'hold')),
    owner_id BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    overlapping SMALLINT NOT NULL DEFAULT 0 CHECK (overlapping IN (0, 1)),
    expires_at BIGINT,
    CHECK (starts_at < ends_at AND ends_at <= starts_at + 172800000),
    CHECK ((owner = 'hold') = (expires_at IS NOT NULL)),
    PRIMARY KEY (location_id, owner, owner_id, subject, subject_id, starts_at)
);
INSERT INTO occupancy_with_holds (location_id, subject, subject_id, owner, owner_id, starts_at, ends_at, overlapping)
SELECT location_id, subject, subject_id, owner, owner_id, starts_at, ends_at, overlapping FROM occupancy;
DROP TABLE occupancy;
ALTER TABLE occupancy_with_holds RENAME TO occupancy;
CREATE INDEX occupancy_by_subject ON occupancy (location_id, subject, subject_id, starts_at);
CREATE INDEX occupancy_expiring ON occupancy (location_id, expires_at) WHERE expires_at IS NOT NULL;
CREATE TRIGGER occupancy_no_overlap_insert BEFORE INSERT ON occupancy
WHEN NEW.overlapping = 0 AND EXISTS (
    SELECT 1 FROM occupancy o
    WHERE o.location_id = NEW.location_id AND o.subject = NEW.subject AND o.subject_id = NEW.subject_id
        AND o.starts_at < NEW.ends_at AND NEW.starts_at < o.ends_at AND o.starts_at > NEW.starts_at - 172800000
        AND o.overlapping = 0)
BEGIN
    SELECT RAISE(ABORT, 'occupancy_no_overlap');
END;
CREATE TRIGGER occupancy_no_overlap_update BEFORE UPDATE ON occupancy
WHEN NEW.overlapping = 0 AND EXISTS (
    SELECT 1 FROM occupancy o
    WHERE o.location_id = NEW.location_id AND o.subject = NEW.subject AND o.subject_id = NEW.subject_id
        AND o.starts_at < NEW.ends_at AND NEW.starts_at < o.ends_at AND o.starts_at > NEW.starts_at - 172800000
        AND o.overlapping = 0
        AND NOT (o.owner = OLD.owner AND o.owner_id = OLD.owner_id AND o.starts_at = OLD.starts_at))
BEGIN
    SELECT RAISE(ABORT, 'occupancy_no_overlap');
END;

CREATE TRIGGER appointments_visit_made AFTER INSERT ON appointments
WHEN NEW.visit_id IS NOT NULL
BEGIN
    UPDATE visits SET
        attendance = COALESCE((
            SELECT CASE
                WHEN MAX(CASE WHEN a.attendance = 1 THEN 1 ELSE 0 END) = 1 THEN 1
                WHEN MAX(a.attendance) = -1 THEN -1
                WHEN MAX(a.attendance) = 2 THEN 2
                ELSE 0 END
            FROM appointments a
            WHERE a.location_id = visits.location_id AND a.visit_id = visits.id AND a.is_deleted = 0), 0),
        starts_at = (
            SELECT MIN(a.starts_at) FROM appointments a
            WHERE a.location_id = visits.location_id AND a.visit_id = visits.id AND a.is_deleted = 0),
        cost = (
            SELECT CAST(COALESCE(SUM(a.cost), 0) AS BIGINT) FROM appointments a
            WHERE a.location_id = visits.location_id AND a.visit_id = visits.id AND a.is_deleted = 0
                AND a.attendance = 1)
    WHERE location_id = NEW.location_id AND id = NEW.visit_id;
END;
CREATE TRIGGER appointments_visit_changed AFTER UPDATE ON appointments
WHEN OLD.visit_id IS NOT NEW.visit_id OR OLD.attendance <> NEW.attendance OR OLD.cost <> NEW.cost
    OR OLD.starts_at <> NEW.starts_at OR OLD.is_deleted <> NEW.is_deleted
BEGIN
    UPDATE visits SET
        attendance = COALESCE((
            SELECT CASE
                WHEN MAX(CASE WHEN a.attendance = 1 THEN 1 ELSE 0 END) = 1 THEN 1
                WHEN MAX(a.attendance) = -1 THEN -1
                WHEN MAX(a.attendance) = 2 THEN 2
                ELSE 0 END
            FROM appointments a
            WHERE a.location_id = visits.location_id AND a.visit_id = visits.id AND a.is_deleted = 0), 0),
        starts_at = (
            SELECT MIN(a.starts_at) FROM appointments a
            WHERE a.location_id = visits.location_id AND a.visit_id = visits.id AND a.is_deleted = 0),
        cost = (
            SELECT CAST(COALESCE(SUM(a.cost), 0) AS BIGINT) FROM appointments a
            WHERE a.location_id = visits.location_id AND a.visit_id = visits.id AND a.is_deleted = 0
                AND a.attendance = 1)
    WHERE location_id = NEW.location_id AND id IN (OLD.visit_id, NEW.visit_id);
END;
