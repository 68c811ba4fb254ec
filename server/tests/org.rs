//! The rooms of `org`, over HTTP.

mod org {
    mod location_page;
    mod sessions;
    mod tags;
    mod wire;
}
