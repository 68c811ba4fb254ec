//! The rooms of `org`, over HTTP.

mod org {
    mod again;
    mod audit;
    mod booking_users;
    mod custom_fields;
    mod images;
    mod invitations;
    mod load;
    mod location_list;
    mod location_page;
    mod locations;
    mod others;
    mod positions;
    mod sessions;
    mod tags;
    mod team;
    mod team_v2;
    mod users;
    mod wire;
}
