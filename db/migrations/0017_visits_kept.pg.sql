-- An appointment's visit is one of its location.
ALTER TABLE appointments ADD CONSTRAINT appointments_visit FOREIGN KEY (location_id, visit_id) REFERENCES visits (location_id, id);

-- A slot may be held for some minutes: a hold ends by itself at expires_at.
ALTER TABLE occupancy ADD COLUMN expires_at BIGINT;
ALTER TABLE occupancy DROP CONSTRAINT occupancy_owner_check;
ALTER TABLE occupancy ADD CONSTRAINT occupancy_owner_check CHECK (owner IN ('event', 'appointment', 'hold'));
ALTER TABLE occupancy ADD CONSTRAINT occupancy_expiry CHECK ((owner = 'hold') = (expires_at IS NOT NULL));
CREATE INDEX occupancy_expiring ON occupancy (location_id, expires_at) WHERE expires_at IS NOT NULL;

CREATE OR REPLACE FUNCTION visit_summary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.visit_id IS NOT NULL AND OLD.visit_id IS DISTINCT FROM NEW.visit_id THEN
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
        WHERE location_id = OLD.location_id AND id = OLD.visit_id;
    END IF;
    IF NEW.visit_id IS NOT NULL THEN
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
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER appointments_visit_made AFTER INSERT ON appointments FOR EACH ROW EXECUTE FUNCTION visit_summary();
CREATE TRIGGER appointments_visit_changed AFTER UPDATE ON appointments FOR EACH ROW
WHEN (OLD.visit_id IS DISTINCT FROM NEW.visit_id OR OLD.attendance <> NEW.attendance OR OLD.cost <> NEW.cost
    OR OLD.starts_at <> NEW.starts_at OR OLD.is_deleted <> NEW.is_deleted)
EXECUTE FUNCTION visit_summary();
