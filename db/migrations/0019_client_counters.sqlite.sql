-- What a client's visits make of the client, kept by the database: visits that took place and those to which nobody came,
-- the first and the last, and what they cost. spent_by_hand, balance_by_hand: what was set beside them.
ALTER TABLE clients ADD COLUMN spent_by_hand BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN balance_by_hand BIGINT NOT NULL DEFAULT 0;
UPDATE clients SET spent_by_hand = spent, balance_by_hand = balance;
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
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.cost > 0);

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
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.cost > 0),
        balance = balance_by_hand - (SELECT CAST(COALESCE(SUM(v.cost), 0) AS BIGINT) FROM visits v
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.cost > 0)
    WHERE location_id = NEW.location_id AND id = NEW.client_id;
END;
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
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.cost > 0),
        balance = balance_by_hand - (SELECT CAST(COALESCE(SUM(v.cost), 0) AS BIGINT) FROM visits v
            WHERE v.location_id = clients.location_id AND v.client_id = clients.id AND v.cost > 0)
    WHERE location_id = NEW.location_id AND id = NEW.client_id;
END;
