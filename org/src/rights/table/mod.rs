//! The declaration of every right: one line each, grouped under the right that it depends on.
//!
//! A line reads: slug, roles that have it at first, title, hint. The roles are six letters in a fixed order
//! (`w`orker, `a`dministrator, `c` accountant, `m`anager, free `r`ead-only, `f`ree read-only administrator), a
//! dash where the role lacks it; the owner has everything. For a limit (days, a restriction) the letters name the
//! roles that the limit does not bind, respectively that are restricted at first.

mod clients;
mod finances;
mod other;
mod record_form;
mod settings;
mod storages;
mod timetable;

use super::right::{Branch, Right};

const TABLES: [&[Branch]; 7] = [
    timetable::BRANCHES,
    record_form::BRANCHES,
    finances::BRANCHES,
    clients::BRANCHES,
    other::BRANCHES,
    storages::BRANCHES,
    settings::BRANCHES,
];

/// Number of stored rights; twins are not counted.
pub const COUNT: usize = {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        let mut branch = 0;
        while branch < TABLES[table].len() {
            count += TABLES[table][branch].rights.len();
            branch += 1;
        }
        table += 1;
    }
    count
};

/// The table as a constant, so that a slug in code is checked when it is compiled. Nothing reads it at run time.
#[expect(clippy::large_const_arrays, reason = "a constant cannot read a static")]
pub(super) const ROWS: [Right; COUNT] = {
    let mut rows = [TABLES[0][0].rights[0]; COUNT];
    let (mut at, mut table) = (0, 0);
    while table < TABLES.len() {
        let mut branch = 0;
        while branch < TABLES[table].len() {
            let from = &TABLES[table][branch];
            let mut row = 0;
            while row < from.rights.len() {
                rows[at] = from.rights[row];
                rows[at].section = from.section;
                rows[at].parent = from.parent;
                at += 1;
                row += 1;
            }
            branch += 1;
        }
        table += 1;
    }
    rows
};

/// Every right, parents before their children. A [`super::RightId`] is an index into it.
pub static ALL: [Right; COUNT] = ROWS;
