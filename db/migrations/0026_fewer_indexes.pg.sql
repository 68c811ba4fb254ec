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

-- A new appointment changes its visit only where it brings something new; it waits for those who change the visit all the
-- same, since they would not see it. All of it comes out the same when it is asked of a visit that knows of the
-- appointment already (a backup that is restored).
CREATE OR REPLACE FUNCTION visit_summary() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was BIGINT;
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.is_deleted = 1 OR NEW.attendance <> 1) THEN
        IF NEW.visit_id IS NOT NULL AND NEW.is_deleted = 0 THEN
            PERFORM 1 FROM visits WHERE location_id = NEW.location_id AND id = NEW.visit_id FOR NO KEY UPDATE;
            UPDATE visits SET
                attendance = CASE
                    WHEN starts_at IS NULL THEN NEW.attendance
                    WHEN attendance = 1 THEN 1
                    ELSE GREATEST(attendance, NEW.attendance) END,
                starts_at = LEAST(starts_at, NEW.starts_at)
            WHERE location_id = NEW.location_id AND id = NEW.visit_id
                AND (starts_at IS NULL OR starts_at > NEW.starts_at
                    OR (attendance <> 1 AND attendance < NEW.attendance));
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.visit_id IS DISTINCT FROM NEW.visit_id THEN
        was := OLD.visit_id;
    END IF;
    -- In one order, so that two that go opposite ways do not wait for each other.
    IF was < NEW.visit_id THEN
        PERFORM count_visit(NEW.location_id, was);
    END IF;
    IF NEW.visit_id IS NOT NULL THEN
        PERFORM count_visit(NEW.location_id, NEW.visit_id);
    END IF;
    IF was IS NOT NULL AND (NEW.visit_id IS NULL OR was > NEW.visit_id) THEN
        PERFORM count_visit(NEW.location_id, was);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION client_counters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM clients WHERE location_id = NEW.location_id AND id = NEW.client_id FOR NO KEY UPDATE;
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
    RETURN NULL;
END $$;
