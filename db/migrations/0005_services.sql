-- Prices are hundredths of the location's currency, percentages hundredths; durations are seconds; days are TEXT, ISO.

-- What a chain offers at its locations: they take it over under ids of their own.
CREATE TABLE chain_service_categories (
    id {{serial}},
    chain_id BIGINT NOT NULL REFERENCES chains (id),
    title TEXT NOT NULL,
    weight BIGINT NOT NULL DEFAULT 0,
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    UNIQUE (chain_id, id)
);

CREATE TABLE chain_services (
    id {{serial}},
    chain_id BIGINT NOT NULL REFERENCES chains (id),
    category_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    price_min BIGINT NOT NULL DEFAULT 0 CHECK (price_min >= 0),
    price_max BIGINT NOT NULL DEFAULT 0 CHECK (price_max >= price_min),
    duration BIGINT NOT NULL DEFAULT 3600 CHECK (duration > 0),
    comment TEXT NOT NULL DEFAULT '',
    weight BIGINT NOT NULL DEFAULT 0,
    is_price_managed_only_in_chain SMALLINT NOT NULL DEFAULT 0 CHECK (is_price_managed_only_in_chain IN (0, 1)),
    is_comment_managed_only_in_chain SMALLINT NOT NULL DEFAULT 0 CHECK (is_comment_managed_only_in_chain IN (0, 1)),
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    FOREIGN KEY (chain_id, category_id) REFERENCES chain_service_categories (chain_id, id)
);
CREATE INDEX chain_services_by_category ON chain_services (chain_id, category_id, id);

-- The wire's salon_service_id: one steady number more, of which services and categories have theirs in common.
CREATE TABLE service_bindings (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    created_at BIGINT NOT NULL,
    {{key location_id, id}}
);

CREATE TABLE service_categories (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    salon_service_id BIGINT NOT NULL,
    chain_category_id BIGINT REFERENCES chain_service_categories (id),
    title TEXT NOT NULL,
    api_id TEXT NOT NULL DEFAULT '',
    weight BIGINT NOT NULL DEFAULT 0,
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    {{key location_id, id}},
    UNIQUE (location_id, salon_service_id),
    FOREIGN KEY (location_id, salon_service_id) REFERENCES service_bindings (location_id, id)
);
CREATE UNIQUE INDEX service_categories_of_chain ON service_categories (location_id, chain_category_id) WHERE is_deleted = 0;

-- Team members named for a category itself, beside those who do its services.
CREATE TABLE service_category_team_members (
    location_id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    team_member_id BIGINT NOT NULL,
    PRIMARY KEY (location_id, category_id, team_member_id),
    FOREIGN KEY (location_id, category_id) REFERENCES service_categories (location_id, id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX service_category_team_members_of ON service_category_team_members (location_id, team_member_id, category_id);

-- search: the titles in small letters. technical_break NULL: as the location has it. Steps of 0: the same.
CREATE TABLE services (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    salon_service_id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    chain_service_id BIGINT REFERENCES chain_services (id),
    title TEXT NOT NULL,
    booking_title TEXT NOT NULL DEFAULT '',
    print_title TEXT NOT NULL DEFAULT '',
    search TEXT NOT NULL DEFAULT '',
    comment TEXT NOT NULL DEFAULT '',
    api_id TEXT NOT NULL DEFAULT '',
    price_min BIGINT NOT NULL DEFAULT 0 CHECK (price_min >= 0),
    price_max BIGINT NOT NULL DEFAULT 0 CHECK (price_max >= price_min),
    discount BIGINT NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000),
    duration BIGINT NOT NULL DEFAULT 3600 CHECK (duration > 0),
    technical_break BIGINT CHECK (technical_break BETWEEN 0 AND 3600),
    weight BIGINT NOT NULL DEFAULT 0,
    active SMALLINT NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    is_multi SMALLINT NOT NULL DEFAULT 0 CHECK (is_multi IN (0, 1)),
    is_composite SMALLINT NOT NULL DEFAULT 0 CHECK (is_composite IN (0, 1)),
    capacity BIGINT NOT NULL DEFAULT 0 CHECK (capacity >= 0),
    tax_variant BIGINT NOT NULL DEFAULT 0,
    vat_id BIGINT NOT NULL DEFAULT 0,
    service_type BIGINT NOT NULL DEFAULT 1,
    api_service_id BIGINT NOT NULL DEFAULT 0,
    repeat_visit_days_step BIGINT CHECK (repeat_visit_days_step > 0),
    seance_search_start BIGINT NOT NULL DEFAULT 0,
    seance_search_finish BIGINT NOT NULL DEFAULT 86400,
    seance_search_step BIGINT NOT NULL DEFAULT 0,
    step BIGINT NOT NULL DEFAULT 0,
    is_need_limit_date SMALLINT NOT NULL DEFAULT 0 CHECK (is_need_limit_date IN (0, 1)),
    date_from TEXT,
    date_to TEXT,
    schedule_template_type BIGINT NOT NULL DEFAULT 0,
    online_invoicing_status BIGINT NOT NULL DEFAULT 0,
    is_abonement_autopayment_enabled SMALLINT NOT NULL DEFAULT 0 CHECK (is_abonement_autopayment_enabled IN (0, 1)),
    autopayment_before_visit_time BIGINT NOT NULL DEFAULT 0,
    abonement_restriction_value BIGINT NOT NULL DEFAULT 0,
    is_price_managed_only_in_chain SMALLINT NOT NULL DEFAULT 0 CHECK (is_price_managed_only_in_chain IN (0, 1)),
    is_comment_managed_only_in_chain SMALLINT NOT NULL DEFAULT 0 CHECK (is_comment_managed_only_in_chain IN (0, 1)),
    price_prepaid_amount BIGINT NOT NULL DEFAULT 0 CHECK (price_prepaid_amount >= 0),
    price_prepaid_percent BIGINT NOT NULL DEFAULT 0 CHECK (price_prepaid_percent BETWEEN 0 AND 100),
    prepaid TEXT NOT NULL DEFAULT 'forbidden' CHECK (prepaid IN ('forbidden', 'optional', 'required')),
    trial_price BIGINT CHECK (trial_price >= 0),
    trial_duration BIGINT CHECK (trial_duration > 0),
    is_deleted SMALLINT NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    {{key location_id, id}},
    UNIQUE (location_id, salon_service_id),
    CHECK (seance_search_start < seance_search_finish),
    FOREIGN KEY (location_id, salon_service_id) REFERENCES service_bindings (location_id, id),
    FOREIGN KEY (location_id, category_id) REFERENCES service_categories (location_id, id)
);
CREATE INDEX services_in_order ON services (location_id, is_deleted, weight, id);
CREATE INDEX services_by_category ON services (location_id, category_id, is_deleted);
CREATE UNIQUE INDEX services_of_chain ON services (location_id, chain_service_id) WHERE is_deleted = 0;

-- Who does a service. Prices NULL: the service's own.
CREATE TABLE service_team_members (
    location_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    team_member_id BIGINT NOT NULL,
    seance_length BIGINT NOT NULL CHECK (seance_length > 0),
    price_min BIGINT CHECK (price_min >= 0),
    price_max BIGINT CHECK (price_max >= price_min),
    technological_card_id BIGINT NOT NULL DEFAULT 0 CHECK (technological_card_id >= 0),
    api_id TEXT NOT NULL DEFAULT '',
    is_online SMALLINT NOT NULL DEFAULT 1 CHECK (is_online IN (0, 1)),
    is_offline_records_allowed SMALLINT NOT NULL DEFAULT 1 CHECK (is_offline_records_allowed IN (0, 1)),
    PRIMARY KEY (location_id, service_id, team_member_id),
    CHECK ((price_min IS NULL) = (price_max IS NULL)),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX service_team_members_of ON service_team_members (location_id, team_member_id, service_id);

CREATE TABLE service_translations (
    location_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    language_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (location_id, service_id, language_id),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id)
);

-- The single days on which a service can be had.
CREATE TABLE service_dates (
    location_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (location_id, service_id, day),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id)
);

-- The parts of a composite service, in order. team_member_id NULL: anybody who does the part.
CREATE TABLE composite_service_parts (
    location_id BIGINT NOT NULL,
    composite_service_id BIGINT NOT NULL,
    position BIGINT NOT NULL CHECK (position > 0),
    service_id BIGINT NOT NULL,
    team_member_id BIGINT,
    duration BIGINT NOT NULL CHECK (duration > 0),
    price_min BIGINT NOT NULL CHECK (price_min >= 0),
    price_max BIGINT NOT NULL CHECK (price_max >= price_min),
    PRIMARY KEY (location_id, composite_service_id, position),
    CHECK (service_id <> composite_service_id),
    FOREIGN KEY (location_id, composite_service_id) REFERENCES services (location_id, id),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id),
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX composite_service_parts_of ON composite_service_parts (location_id, service_id);

-- How often a service was had. team_member_id 0: with anybody; client_id 0: by anybody.
CREATE TABLE service_popularity (
    location_id BIGINT NOT NULL,
    team_member_id BIGINT NOT NULL DEFAULT 0,
    client_id BIGINT NOT NULL DEFAULT 0,
    service_id BIGINT NOT NULL,
    times BIGINT NOT NULL,
    last_record_id BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (location_id, team_member_id, client_id, service_id),
    FOREIGN KEY (location_id, service_id) REFERENCES services (location_id, id)
);
