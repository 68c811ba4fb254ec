-- How clients book a location online; no row: as in the defaults. Times of the clock and steps are seconds, lead_time
-- and the deadlines minutes before the beginning, horizon days from today. grid_times: a JSON list, for 'predefined'.
-- Whether the phone is confirmed and whether clients cancel and change stands in locations.
CREATE TABLE online_booking_settings (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    any_team_member SMALLINT NOT NULL CHECK (any_team_member IN (0, 1)),
    event_seats_max BIGINT NOT NULL CHECK (event_seats_max BETWEEN 1 AND 255),
    lead_time BIGINT NOT NULL CHECK (lead_time BETWEEN 0 AND 43200),
    horizon BIGINT NOT NULL CHECK (horizon BETWEEN 1 AND 730),
    cancel_deadline BIGINT NOT NULL CHECK (cancel_deadline BETWEEN 0 AND 43200),
    change_deadline BIGINT NOT NULL CHECK (change_deadline BETWEEN 0 AND 43200),
    asks_name TEXT NOT NULL CHECK (asks_name IN ('hidden', 'optional', 'required')),
    asks_phone TEXT NOT NULL CHECK (asks_phone IN ('hidden', 'optional', 'required')),
    asks_email TEXT NOT NULL CHECK (asks_email IN ('hidden', 'optional', 'required')),
    asks_surname TEXT NOT NULL CHECK (asks_surname IN ('hidden', 'optional', 'required')),
    asks_patronymic TEXT NOT NULL CHECK (asks_patronymic IN ('hidden', 'optional', 'required')),
    asks_comment TEXT NOT NULL CHECK (asks_comment IN ('hidden', 'optional', 'required')),
    has_timeslots SMALLINT NOT NULL CHECK (has_timeslots IN (0, 1)),
    grid_kind TEXT NOT NULL CHECK (grid_kind IN ('predefined', 'schedule', 'timeslots')),
    grid_first BIGINT NOT NULL,
    grid_last BIGINT NOT NULL,
    grid_step BIGINT NOT NULL CHECK (grid_step BETWEEN 300 AND 86400 AND grid_step % 300 = 0),
    grid_flexible SMALLINT NOT NULL CHECK (grid_flexible IN (0, 1)),
    grid_times TEXT NOT NULL DEFAULT '[]',
    CHECK (0 <= grid_first AND grid_first <= grid_last AND grid_last < 86400),
    -- Who books leaves something to be reached by.
    CHECK (asks_phone = 'required' OR asks_email = 'required'),
    PRIMARY KEY (location_id)
);

-- Fields of the location's own that the booking page asks for.
CREATE TABLE online_booking_fields (
    location_id BIGINT NOT NULL,
    custom_field_id BIGINT NOT NULL,
    is_required SMALLINT NOT NULL CHECK (is_required IN (0, 1)),
    PRIMARY KEY (location_id, custom_field_id),
    FOREIGN KEY (location_id, custom_field_id) REFERENCES custom_fields (location_id, id)
);

-- A weekday's own grid (1 Monday to 7 Sunday), and a date's, which goes before it. delay: seconds.
CREATE TABLE online_booking_weekdays (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    weekday SMALLINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    grid_kind TEXT NOT NULL CHECK (grid_kind IN ('predefined', 'schedule', 'timeslots')),
    grid_first BIGINT NOT NULL,
    grid_last BIGINT NOT NULL,
    grid_step BIGINT NOT NULL CHECK (grid_step BETWEEN 300 AND 86400 AND grid_step % 300 = 0),
    grid_delay BIGINT NOT NULL CHECK (grid_delay BETWEEN 0 AND 2592000),
    grid_flexible SMALLINT NOT NULL CHECK (grid_flexible IN (0, 1)),
    grid_times TEXT NOT NULL DEFAULT '[]',
    CHECK (0 <= grid_first AND grid_first <= grid_last AND grid_last < 86400),
    PRIMARY KEY (location_id, weekday)
);

CREATE TABLE online_booking_dates (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    day TEXT NOT NULL,
    grid_kind TEXT NOT NULL CHECK (grid_kind IN ('predefined', 'schedule', 'timeslots')),
    grid_first BIGINT NOT NULL,
    grid_last BIGINT NOT NULL,
    grid_step BIGINT NOT NULL CHECK (grid_step BETWEEN 300 AND 86400 AND grid_step % 300 = 0),
    grid_delay BIGINT NOT NULL CHECK (grid_delay BETWEEN 0 AND 2592000),
    grid_flexible SMALLINT NOT NULL CHECK (grid_flexible IN (0, 1)),
    grid_times TEXT NOT NULL DEFAULT '[]',
    CHECK (0 <= grid_first AND grid_first <= grid_last AND grid_last < 86400),
    PRIMARY KEY (location_id, day)
);

-- Deleted softly: bookings made through a form go on to name it. A location has one default form at the most.
ALTER TABLE booking_forms ADD COLUMN deleted_at BIGINT;
UPDATE booking_forms SET is_default = 0 WHERE is_default = 1 AND id > (
    SELECT MIN(f.id) FROM booking_forms f WHERE f.location_id = booking_forms.location_id AND f.is_default = 1);
CREATE UNIQUE INDEX booking_forms_default ON booking_forms (location_id) WHERE is_default = 1 AND deleted_at IS NULL;

-- How a form looks and goes; no row: as in the defaults. header_images: a JSON object of addresses, '' for none.
CREATE TABLE booking_form_settings (
    location_id BIGINT NOT NULL,
    form_id BIGINT NOT NULL,
    description TEXT NOT NULL,
    without_menu SMALLINT NOT NULL CHECK (without_menu IN (0, 1)),
    service_id BIGINT,
    service_step_hide SMALLINT NOT NULL CHECK (service_step_hide IN (0, 1)),
    team_member_id BIGINT,
    team_step_hide SMALLINT NOT NULL CHECK (team_step_hide IN (0, 1)),
    service_step_num SMALLINT NOT NULL CHECK (service_step_num BETWEEN 1 AND 3),
    team_step_num SMALLINT NOT NULL CHECK (team_step_num BETWEEN 1 AND 3),
    datetime_step_num SMALLINT NOT NULL CHECK (datetime_step_num BETWEEN 1 AND 3),
    show_button SMALLINT NOT NULL CHECK (show_button IN (0, 1)),
    button_position TEXT NOT NULL CHECK (button_position IN ('bottom right', 'bottom left', 'top right', 'top left')),
    form_position TEXT NOT NULL CHECK (form_position IN ('right', 'left')),
    button_color TEXT NOT NULL,
    button_animation SMALLINT NOT NULL CHECK (button_animation IN (0, 1)),
    ab_test_enabled SMALLINT NOT NULL CHECK (ab_test_enabled IN (0, 1)),
    is_chain SMALLINT NOT NULL CHECK (is_chain IN (0, 1)),
    sequence_type TEXT NOT NULL,
    service_step_title TEXT NOT NULL,
    team_step_title TEXT NOT NULL,
    specialization_display_mode BIGINT NOT NULL,
    datetime_step_title TEXT NOT NULL,
    map_type BIGINT NOT NULL,
    default_language_id BIGINT NOT NULL,
    chain_id BIGINT REFERENCES chains (id),
    facebook_pixel_id TEXT NOT NULL,
    vk_pixel_id TEXT NOT NULL,
    online_sales_group_id BIGINT NOT NULL,
    service_step_category_view_type TEXT NOT NULL,
    location_select_type_code TEXT NOT NULL,
    record_type_id BIGINT CHECK (record_type_id BETWEEN 0 AND 2),
    display_event_type TEXT NOT NULL,
    is_multiple_event_booking SMALLINT NOT NULL CHECK (is_multiple_event_booking IN (0, 1)),
    event_booking_count BIGINT NOT NULL CHECK (event_booking_count BETWEEN 0 AND 255),
    header_images TEXT NOT NULL,
    is_weekly_view_enabled SMALLINT NOT NULL CHECK (is_weekly_view_enabled IN (0, 1)),
    weekly_view_without_booking SMALLINT NOT NULL CHECK (weekly_view_without_booking IN (0, 1)),
    weekly_view_location_id BIGINT,
    updated_at BIGINT NOT NULL,
    CHECK (service_step_num <> team_step_num AND team_step_num <> datetime_step_num
        AND service_step_num <> datetime_step_num),
    PRIMARY KEY (location_id, form_id),
    FOREIGN KEY (location_id, form_id) REFERENCES booking_forms (location_id, id),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX booking_form_settings_of_service ON booking_form_settings (location_id, service_id);
CREATE INDEX booking_form_settings_of_team_member ON booking_form_settings (location_id, team_member_id);
