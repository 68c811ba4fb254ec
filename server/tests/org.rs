//! The rooms of `org`, over HTTP.

mod org {
    mod again;
    mod invitations;
    mod location_page;
    mod sessions;
    mod tags;
    mod users;
    mod wire;
}
