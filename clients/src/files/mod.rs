//! Files of clients. Table `client_files`; the contents lie in the object store beside the pictures, under names that
//! are not served to everybody. Event: `client_file`.

mod flow;
mod own;
pub mod rules;
pub mod store;
mod v1;

use kernel::{Api, op};

/// What users without a picture have for one.
pub(crate) const NO_PICTURE: &str = "/images/no-master.svg";

/// Where a file is downloaded.
pub(crate) fn link(location_id: i64, client_id: i64, id: i64) -> String {
    format!("/api/frontdesk/v1/locations/{location_id}/clients/{client_id}/files/{id}")
}

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_client_file_list)).op(op!(delete_client_file))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new().op(op!(upload_client_file)).op(op!(download_client_file))
}
