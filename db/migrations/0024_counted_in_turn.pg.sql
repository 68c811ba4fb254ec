-- Two who change appointments of one visit at once, or visits of one client: the later looked at what was there before the
-- earlier, since a statement that waits for a row reads other tables as they were when it began. So the row is waited for
-- first, and counted in a statement of its own.
CREATE OR REPLACE FUNCTION count_visit(of_location BIGINT, of_visit BIGINT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM visits WHERE location_id = of_location AND id = of_visit FOR NO KEY UPDATE;
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
    WHERE location_id = of_location AND id = of_visit;
END $$;

CREATE OR REPLACE FUNCTION visit_summary() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was BIGINT;
BEGIN
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
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.cost > 0),
        balance = balance_by_hand - (SELECT CAST(COALESCE(SUM(v.cost), 0) AS BIGINT) FROM visits v
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.cost > 0)
    WHERE location_id = NEW.location_id AND id = NEW.client_id;
    RETURN NULL;
END $$;
