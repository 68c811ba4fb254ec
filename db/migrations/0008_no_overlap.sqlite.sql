-- Two rows that are no deliberate overlaps never take up the same at the same time. There is one writer at a time,
-- so what the trigger sees is all there is.
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
