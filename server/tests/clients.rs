//! The rooms of `clients`, over HTTP.

mod clients {
    mod bulk;
    mod chain;
    mod comments;
    mod files;
    mod one;
    mod plans;
    mod rights;
    mod search;
    mod views;
}
