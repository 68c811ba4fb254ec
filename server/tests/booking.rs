//! The rooms of `booking`, over HTTP.

mod booking {
    mod forms;
    mod online;
}
