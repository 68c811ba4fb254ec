CREATE TABLE client_tags (
    location_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, client_id, tag_id),
    FOREIGN KEY (location_id, client_id) REFERENCES clients (location_id, id),
    FOREIGN KEY (location_id, tag_id) REFERENCES tags (location_id, id)
);
CREATE INDEX client_tags_of ON client_tags (location_id, tag_id, client_id);

-- path: the name under which the content lies in the object store. mime: by its content. size: bytes.
CREATE TABLE client_files (
    location_id BIGINT NOT NULL,
    id {{id}},
    client_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL,
    mime TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    user_id BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    {{key location_id, id}},
    FOREIGN KEY (location_id, client_id) REFERENCES clients (location_id, id)
);
CREATE INDEX client_files_of ON client_files (location_id, client_id, id);

-- A text, or (file_id) the note that a file was added.
CREATE TABLE client_comments (
    location_id BIGINT NOT NULL,
    id {{id}},
    client_id BIGINT NOT NULL,
    file_id BIGINT,
    text TEXT NOT NULL DEFAULT '',
    user_id BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((file_id IS NULL) = (text <> '')),
    {{key location_id, id}},
    FOREIGN KEY (location_id, client_id) REFERENCES clients (location_id, id),
    FOREIGN KEY (location_id, file_id) REFERENCES client_files (location_id, id)
);
CREATE INDEX client_comments_of ON client_comments (location_id, client_id, id);
CREATE UNIQUE INDEX client_comments_of_file ON client_comments (location_id, file_id) WHERE file_id IS NOT NULL;
