-- title_key: the title in lower case, to search in (the databases know other letters' cases differently).
-- rules_required_fields: a JSON list of the fields of the employment profile that the position asks for.
CREATE TABLE positions (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    api_id TEXT NOT NULL DEFAULT '',
    services_binding_type SMALLINT NOT NULL DEFAULT 0 CHECK (services_binding_type IN (0, 1, 2)),
    rules_required_fields TEXT NOT NULL DEFAULT '[]',
    only_chain_appointment SMALLINT NOT NULL DEFAULT 0 CHECK (only_chain_appointment IN (0, 1)),
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    {{key location_id, id}}
);

-- rating_sum: of all votes, in whole stars; the rating shown is rating_sum / votes_count.
-- schedule_till: the last day with a schedule, ISO; '' for none. tt_markup: minutes.
ALTER TABLE team_members ADD COLUMN api_id TEXT NOT NULL DEFAULT '';
ALTER TABLE team_members ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE team_members ADD COLUMN information TEXT NOT NULL DEFAULT '';
ALTER TABLE team_members ADD COLUMN weight BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team_members ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE team_members ADD COLUMN hidden SMALLINT NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
ALTER TABLE team_members ADD COLUMN fired SMALLINT NOT NULL DEFAULT 0 CHECK (fired IN (0, 1));
ALTER TABLE team_members ADD COLUMN fired_at BIGINT;
ALTER TABLE team_members ADD COLUMN is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1));
ALTER TABLE team_members ADD COLUMN show_rating SMALLINT NOT NULL DEFAULT 0 CHECK (show_rating IN (0, 1));
ALTER TABLE team_members ADD COLUMN rating_sum BIGINT NOT NULL DEFAULT 0 CHECK (rating_sum >= 0);
ALTER TABLE team_members ADD COLUMN votes_count BIGINT NOT NULL DEFAULT 0 CHECK (votes_count >= 0);
ALTER TABLE team_members ADD COLUMN comments_count BIGINT NOT NULL DEFAULT 0 CHECK (comments_count >= 0);
ALTER TABLE team_members ADD COLUMN has_access_timetable SMALLINT NOT NULL DEFAULT 0 CHECK (has_access_timetable IN (0, 1));
ALTER TABLE team_members ADD COLUMN is_paid_staff SMALLINT NOT NULL DEFAULT 0 CHECK (is_paid_staff IN (0, 1));
ALTER TABLE team_members ADD COLUMN is_in_payment_policy SMALLINT NOT NULL DEFAULT 1 CHECK (is_in_payment_policy IN (0, 1));
ALTER TABLE team_members ADD COLUMN is_assistant SMALLINT NOT NULL DEFAULT 0 CHECK (is_assistant IN (0, 1));
ALTER TABLE team_members ADD COLUMN prepaid TEXT NOT NULL DEFAULT 'forbidden' CHECK (prepaid IN ('forbidden', 'allowed', 'required'));
ALTER TABLE team_members ADD COLUMN tt_markup BIGINT NOT NULL DEFAULT 15 CHECK (tt_markup BETWEEN 1 AND 1440);
ALTER TABLE team_members ADD COLUMN schedule_till TEXT NOT NULL DEFAULT '';
ALTER TABLE team_members ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team_members ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

-- Who was active worked there and was counted; who was not had been dismissed.
UPDATE team_members SET
    name_key = LOWER(name), fired = 1 - active, is_paid_staff = active, has_access_timetable = active,
    updated_at = created_at;
ALTER TABLE team_members DROP COLUMN active;
UPDATE locations SET active_staff_count =
    (SELECT COUNT(*) FROM team_members t
     WHERE t.location_id = locations.id AND t.is_paid_staff = 1 AND t.fired = 0 AND t.is_deleted = 0);
CREATE INDEX team_members_listed ON team_members (location_id, is_deleted, weight DESC, id);

-- A table of its own, since SQLite adds no key of two columns to a table that is there.
CREATE TABLE team_member_positions (
    location_id BIGINT NOT NULL,
    team_member_id BIGINT NOT NULL,
    position_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, team_member_id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id),
    FOREIGN KEY (location_id, position_id) REFERENCES positions (location_id, id)
);
CREATE INDEX team_member_positions_by_position ON team_member_positions (location_id, position_id);

-- Days are local, ISO with a time of day; '' for none. sealed: passport, tax and insurance numbers as JSON, sealed
-- with the server's key.
CREATE TABLE employment_profiles (
    location_id BIGINT NOT NULL,
    team_member_id BIGINT NOT NULL,
    firstname TEXT NOT NULL DEFAULT '',
    surname TEXT NOT NULL DEFAULT '',
    patronymic TEXT NOT NULL DEFAULT '',
    date_admission TEXT NOT NULL DEFAULT '',
    date_registration_end TEXT NOT NULL DEFAULT '',
    citizenship TEXT NOT NULL DEFAULT '',
    gender SMALLINT NOT NULL DEFAULT 0 CHECK (gender IN (0, 1, 2)),
    sealed {{blob}},
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (location_id, team_member_id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
