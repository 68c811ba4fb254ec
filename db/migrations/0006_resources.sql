-- Rooms, chairs, devices. An instance of a resource holds one booking at a time.
CREATE TABLE resources (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    title TEXT NOT NULL,
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);

CREATE TABLE resource_instances (
    location_id BIGINT NOT NULL,
    id {{id}},
    resource_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    {{key location_id, id}},
    FOREIGN KEY (location_id, resource_id) REFERENCES resources (location_id, id)
);
CREATE INDEX resource_instances_of ON resource_instances (location_id, resource_id, id);

-- What a service takes up while it lasts: one instance of each.
CREATE TABLE service_resources (
    location_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    resource_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, service_id, resource_id),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id),
    FOREIGN KEY (location_id, resource_id) REFERENCES resources (location_id, id)
);
CREATE INDEX service_resources_of ON service_resources (location_id, resource_id, service_id);
