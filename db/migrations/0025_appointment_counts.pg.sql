-- How many appointments a location has, those deleted left out, kept by the database. In parts, a connection's own each, so
-- that those who write at once do not wait for each other; a part may be below 0, their sum never is.
CREATE TABLE appointment_counts (
    location_id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (location_id, part)
);
INSERT INTO appointment_counts (location_id, part, n)
SELECT location_id, 0, COUNT(*) FROM appointments WHERE is_deleted = 0 GROUP BY location_id;

CREATE OR REPLACE FUNCTION count_appointments_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_counts (location_id, part, n)
    SELECT location_id, pg_backend_pid() % 64, COUNT(*) FROM made WHERE is_deleted = 0
    GROUP BY location_id ORDER BY location_id
    ON CONFLICT (location_id, part) DO UPDATE SET n = appointment_counts.n + excluded.n;
    RETURN NULL;
END $$;
CREATE TRIGGER appointments_counted_made AFTER INSERT ON appointments
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION count_appointments_made();

CREATE OR REPLACE FUNCTION count_appointments_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_counts (location_id, part, n)
    SELECT b.location_id, pg_backend_pid() % 64, SUM(b.is_deleted - a.is_deleted)
    FROM after a JOIN before b ON b.location_id = a.location_id AND b.id = a.id
    WHERE a.is_deleted <> b.is_deleted
    GROUP BY b.location_id ORDER BY b.location_id
    ON CONFLICT (location_id, part) DO UPDATE SET n = appointment_counts.n + excluded.n;
    RETURN NULL;
END $$;
CREATE TRIGGER appointments_counted_changed AFTER UPDATE ON appointments
REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_appointments_changed();

CREATE OR REPLACE FUNCTION count_appointments_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_counts (location_id, part, n)
    SELECT location_id, pg_backend_pid() % 64, -COUNT(*) FROM gone WHERE is_deleted = 0
    GROUP BY location_id ORDER BY location_id
    ON CONFLICT (location_id, part) DO UPDATE SET n = appointment_counts.n + excluded.n;
    RETURN NULL;
END $$;
CREATE TRIGGER appointments_counted_gone AFTER DELETE ON appointments
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_appointments_gone();
