-- Clients who come to all the events of days of a series. comer_id: who comes in the client's stead.
CREATE TABLE event_series_regulars (
    location_id BIGINT NOT NULL,
    id {{id}},
    series_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    comer_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    {{key location_id, id}},
    FOREIGN KEY (location_id, series_id) REFERENCES event_series (location_id, id),
    FOREIGN KEY (location_id, client_id) REFERENCES clients (location_id, id),
    FOREIGN KEY (location_id, comer_id) REFERENCES comers (location_id, id)
);
CREATE UNIQUE INDEX event_series_regulars_once ON event_series_regulars (location_id, series_id, client_id) WHERE deleted_at IS NULL;
CREATE INDEX event_series_regulars_of_client ON event_series_regulars (location_id, client_id);

CREATE TABLE event_series_regular_days (
    location_id BIGINT NOT NULL,
    regular_id BIGINT NOT NULL,
    day_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, regular_id, day_id),
    FOREIGN KEY (location_id, regular_id) REFERENCES event_series_regulars (location_id, id),
    FOREIGN KEY (location_id, day_id) REFERENCES event_series_days (location_id, id)
);
CREATE INDEX event_series_regular_days_of ON event_series_regular_days (location_id, day_id);

-- The appointments that were made so.
CREATE TABLE event_series_regular_appointments (
    location_id BIGINT NOT NULL,
    appointment_id BIGINT NOT NULL,
    regular_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, appointment_id),
    FOREIGN KEY (location_id, appointment_id) REFERENCES appointments (location_id, id),
    FOREIGN KEY (location_id, regular_id) REFERENCES event_series_regulars (location_id, id)
);
CREATE INDEX event_series_regular_appointments_of ON event_series_regular_appointments (location_id, regular_id);
