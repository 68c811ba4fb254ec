//! Comments on clients. Table `client_comments`. A file that is added makes one of its own. Event: `client_comment`.

mod flow;
pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(list_client_comments))
        .op(op!(create_client_comment))
        .op(op!(delete_client_comment))
        .op(op!(get_older_client_comment_list))
        .op(op!(create_older_client_comment))
        .op(op!(delete_older_client_comment))
}
