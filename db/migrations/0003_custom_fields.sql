-- options: a JSON list of the values that a field of the kind `list` takes.
CREATE TABLE custom_fields (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    entity TEXT NOT NULL CHECK (entity IN ('record', 'client')),
    kind TEXT NOT NULL CHECK (kind IN ('number', 'text', 'list', 'date', 'datetime')),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    show_in_ui SMALLINT NOT NULL CHECK (show_in_ui IN (0, 1)),
    user_can_edit SMALLINT NOT NULL CHECK (user_can_edit IN (0, 1)),
    is_required SMALLINT NOT NULL DEFAULT 0 CHECK (is_required IN (0, 1)),
    weight BIGINT NOT NULL DEFAULT 0,
    options TEXT NOT NULL DEFAULT '[]',
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);
-- A code is free again once its field is deleted.
CREATE UNIQUE INDEX custom_fields_code ON custom_fields (location_id, entity, code) WHERE is_deleted = 0;
