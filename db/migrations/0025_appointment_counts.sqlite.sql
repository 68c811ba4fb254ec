-- How many appointments a location has, those deleted left out, kept by the database. One part here, where one writes at a
-- time.
CREATE TABLE appointment_counts (
    location_id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (location_id, part)
);
INSERT INTO appointment_counts (location_id, part, n)
SELECT location_id, 0, COUNT(*) FROM appointments WHERE is_deleted = 0 GROUP BY location_id;

CREATE TRIGGER appointments_counted_made AFTER INSERT ON appointments WHEN NEW.is_deleted = 0
BEGIN
    INSERT INTO appointment_counts (location_id, part, n) VALUES (NEW.location_id, 0, 1)
    ON CONFLICT (location_id, part) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER appointments_counted_changed AFTER UPDATE OF is_deleted ON appointments
WHEN OLD.is_deleted <> NEW.is_deleted
BEGIN
    INSERT INTO appointment_counts (location_id, part, n)
    VALUES (NEW.location_id, 0, CASE WHEN NEW.is_deleted = 0 THEN 1 ELSE -1 END)
    ON CONFLICT (location_id, part) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER appointments_counted_gone AFTER DELETE ON appointments WHEN OLD.is_deleted = 0
BEGIN
    UPDATE appointment_counts SET n = n - 1 WHERE location_id = OLD.location_id AND part = 0;
END;
