-- What a new appointment writes is kept small: an index only of what is looked for by it.
-- Only visits that took place cost anything.
CREATE INDEX visits_that_took_place ON visits (location_id, client_id, starts_at) WHERE attendance = 1;
CREATE INDEX visits_missed ON visits (location_id, client_id) WHERE attendance = -1;
DROP INDEX visits_of_client;
DROP INDEX visits_that_were;
DROP INDEX appointments_of_event;
CREATE INDEX appointments_of_event ON appointments (location_id, event_id, is_deleted) WHERE event_id IS NOT NULL;
DROP INDEX appointments_of_booking_user;
CREATE INDEX appointments_of_booking_user ON appointments (booking_user_id, starts_at) WHERE booking_user_id <> 0;

-- The table's own key finds these.
DROP INDEX appointments_by_id;
DROP INDEX visits_by_id;
-- With all that is asked of what is in the way.
DROP INDEX occupancy_by_subject;
CREATE INDEX occupancy_by_subject ON occupancy (location_id, subject, subject_id, starts_at, ends_at, expires_at, overlapping);

-- A new appointment changes its visit only where it brings something new. All of it comes out the same when it is asked of
-- a visit that knows of the appointment already (a backup that is restored).
DROP TRIGGER appointments_visit_made;
CREATE TRIGGER appointments_visit_made AFTER INSERT ON appointments
WHEN NEW.visit_id IS NOT NULL AND NEW.is_deleted = 0
BEGIN
    UPDATE visits SET
        attendance = CASE
            WHEN starts_at IS NULL OR NEW.attendance = 1 THEN NEW.attendance
            WHEN attendance = 1 THEN 1
            ELSE MAX(attendance, NEW.attendance) END,
        starts_at = MIN(COALESCE(starts_at, NEW.starts_at), NEW.starts_at),
        cost = CASE WHEN NEW.attendance <> 1 THEN cost ELSE (
            SELECT CAST(COALESCE(SUM(a.cost), 0) AS BIGINT) FROM appointments a
            WHERE a.location_id = visits.location_id AND a.visit_id = visits.id AND a.is_deleted = 0
                AND a.attendance = 1) END
    WHERE location_id = NEW.location_id AND id = NEW.visit_id
        AND (starts_at IS NULL OR starts_at > NEW.starts_at OR NEW.attendance = 1
            OR (attendance <> 1 AND attendance < NEW.attendance));
END;

DROP TRIGGER visits_counted_made;
CREATE TRIGGER visits_counted_made AFTER INSERT ON visits
WHEN NEW.client_id IS NOT NULL AND (NEW.attendance <> 0 OR NEW.cost <> 0)
BEGIN
    UPDATE clients SET
        visits = (SELECT COUNT(*) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = 1),
        no_shows = (SELECT COUNT(*) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = -1),
        first_visit_at = (SELECT MIN(v.starts_at) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = 1),
        last_visit_at = (SELECT MAX(v.starts_at) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = 1),
        spent = spent_by_hand + (SELECT CAST(COALESCE(SUM(v.cost), 0) AS BIGINT) FROM visits v
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.attendance = 1),
        balance = balance_by_hand - (SELECT CAST(COALESCE(SUM(v.cost), 0) AS BIGINT) FROM visits v
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.attendance = 1)
    WHERE location_id = NEW.location_id AND id = NEW.client_id;
END;
DROP TRIGGER visits_counted_changed;
CREATE TRIGGER visits_counted_changed AFTER UPDATE ON visits
WHEN NEW.client_id IS NOT NULL AND (OLD.attendance <> NEW.attendance OR OLD.cost <> NEW.cost
    OR (NEW.attendance = 1 AND OLD.starts_at IS NOT NEW.starts_at))
BEGIN
    UPDATE clients SET
        visits = (SELECT COUNT(*) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = 1),
        no_shows = (SELECT COUNT(*) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = -1),
        first_visit_at = (SELECT MIN(v.starts_at) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = 1),
        last_visit_at = (SELECT MAX(v.starts_at) FROM visits v WHERE v.location_id = clients.location_id
            AND v.client_id = clients.id AND v.attendance = 1),
        spent = spent_by_hand + (SELECT CAST(COALESCE(SUM(v.cost), 0) AS BIGINT) FROM visits v
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.attendance = 1),
        balance = balance_by_hand - (SELECT CAST(COALESCE(SUM(v.cost), 0) AS BIGINT) FROM visits v
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.attendance = 1)
    WHERE location_id = NEW.location_id AND id = NEW.client_id;
END;
