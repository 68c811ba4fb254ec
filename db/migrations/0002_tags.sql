-- entity: 0 common, 1 client, 2 appointment, 3 event.
CREATE TABLE tags (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    title TEXT NOT NULL,
    color TEXT NOT NULL,
    icon TEXT NOT NULL DEFAULT '',
    entity SMALLINT NOT NULL DEFAULT 0 CHECK (entity BETWEEN 0 AND 3),
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    is_editable SMALLINT NOT NULL DEFAULT 1 CHECK (is_editable IN (0, 1)),
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);
CREATE INDEX tags_by_entity ON tags (location_id, entity, id);
