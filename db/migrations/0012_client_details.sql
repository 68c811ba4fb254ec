-- birthday: a day, ISO; '' for none. gender: 0 not said, 1 male, 2 female.
ALTER TABLE clients ADD COLUMN surname TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN patronymic TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN gender SMALLINT NOT NULL DEFAULT 0 CHECK (gender IN (0, 1, 2));
ALTER TABLE clients ADD COLUMN birthday TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN national_id TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN newsletter_allowed SMALLINT NOT NULL DEFAULT 0 CHECK (newsletter_allowed IN (0, 1));
ALTER TABLE clients ADD COLUMN personal_data_allowed SMALLINT NOT NULL DEFAULT 0 CHECK (personal_data_allowed IN (0, 1));
-- A phone is one client's at a location.
CREATE UNIQUE INDEX clients_phone_once ON clients (location_id, phone) WHERE phone <> '';

CREATE TABLE client_custom_values (
    location_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (location_id, client_id, field_id),
    FOREIGN KEY (location_id, client_id) REFERENCES clients (location_id, id),
    FOREIGN KEY (location_id, field_id) REFERENCES custom_fields (location_id, id)
);
CREATE INDEX client_custom_values_of ON client_custom_values (location_id, field_id);
