-- Two rows that are no deliberate overlaps never take up the same at the same time.
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap EXCLUDE USING gist (
    location_id WITH =,
    subject WITH =,
    subject_id WITH =,
    int8range(starts_at, ends_at) WITH &&
) WHERE (overlapping = 0);
