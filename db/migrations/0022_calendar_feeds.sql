-- Calendars to subscribe to, by secret addresses. user_id: who made it; it shows what he may see. team_member_id: whose
-- calendar; NULL for all that he sees. nonce: what the secret is made of, renewed with it.
CREATE TABLE calendar_feeds (
    location_id BIGINT NOT NULL REFERENCES locations (id),
    id {{id}},
    user_id BIGINT NOT NULL,
    team_member_id BIGINT,
    title TEXT NOT NULL,
    nonce BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    {{key location_id, id}},
    FOREIGN KEY (location_id, user_id) REFERENCES memberships (location_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (location_id, team_member_id) REFERENCES team_members (location_id, id)
);
CREATE INDEX calendar_feeds_of_user ON calendar_feeds (location_id, user_id, id);
