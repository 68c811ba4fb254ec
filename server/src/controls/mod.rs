//! Controls of the demo: its clock, snapshots of its data, and rules by which it fails. They are never there in `serve`.

mod clock;
mod faults;
mod snapshots;

use std::path::PathBuf;
use std::sync::Arc;

use kernel::{Api, op};
use tokio::sync::{Mutex, Notify};

pub use faults::Faults;

/// Where they are.
pub const BASE: &str = "/api/frontdesk/v1/demo";

/// What the controls keep.
#[derive(Debug)]
pub struct Controls {
    /// Rules by which requests fail.
    pub faults: Faults,
    /// Where snapshots lie: the folder is written to and restored from by one at a time.
    snapshots: Mutex<PathBuf>,
    /// Wakes the background work, which else looks at the clock only now and then.
    pub nudge: Arc<Notify>,
}

impl Controls {
    /// With snapshots in this folder.
    pub fn new(snapshots: PathBuf) -> Self {
        Self { faults: Faults::default(), snapshots: Mutex::new(snapshots), nudge: Arc::default() }
    }
}

/// The operations.
pub fn api() -> Api {
    use clock::*;
    use faults::*;
    use snapshots::*;
    Api::new()
        .op(op!(get_clock))
        .op(op!(set_clock))
        .op(op!(reset_clock))
        .op(op!(advance_clock))
        .op(op!(freeze_clock))
        .op(op!(release_clock))
        .op(op!(list_snapshots))
        .op(op!(save_snapshot))
        .op(op!(delete_snapshot))
        .op(op!(restore_snapshot))
        .op(op!(list_faults))
        .op(op!(create_fault))
        .op(op!(delete_fault))
        .op(op!(delete_faults))
}
