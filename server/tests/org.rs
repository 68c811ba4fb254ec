//! The rooms of `org`, over HTTP.

mod org {
    mod again;
    mod location_page;
    mod sessions;
    mod wire;
}
