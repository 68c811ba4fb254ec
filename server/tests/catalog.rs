//! The rooms of `catalog`, over HTTP.

mod catalog {
    mod categories;
    mod chains;
    mod composites;
    mod links;
    mod resources;
    mod services;
    mod suggestions;
    mod v2;
}
