//! What can go wrong, told apart as far as callers act on it.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A database error, the same for both databases.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A row was expected and is not there.
    #[error("no row")]
    NoRow,
    /// A unique key is taken. What SQLite and PostgreSQL say of the key differs; do not match on the text.
    #[error("already exists: {0}")]
    Unique(String),
    /// A row refers to one that does not exist, or is still referred to.
    #[error("refers to a missing row, or is still in use: {0}")]
    Foreign(String),
    /// A check, trigger or exclusion constraint refused the row.
    #[error("refused by the database: {0}")]
    Refused(String),
    /// Another transaction was in the way; the whole transaction may be tried again.
    #[error("try again: {0}")]
    Busy(String),
    /// The database can't be reached or can't write now.
    #[error("{0}")]
    Unavailable(String),
    /// The database's schema is newer than this program.
    #[error("the database has schema {found}, this program knows {known}: use the newer program")]
    Newer {
        /// Version found in the database.
        found: i64,
        /// Latest version known here.
        known: i64,
    },
    /// A mistake of ours: bad SQL, a wrong type.
    #[error("{0}")]
    Other(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        use rusqlite::ffi;
        let text = error.to_string();
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Error::NoRow,
            rusqlite::Error::SqliteFailure(failure, _) => match (failure.code, failure.extended_code) {
                (
                    _,
                    ffi::SQLITE_CONSTRAINT_UNIQUE
                    | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                    | ffi::SQLITE_CONSTRAINT_ROWID,
                ) => Error::Unique(text),
                (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Error::Foreign(text),
                (Code::ConstraintViolation, _) => Error::Refused(text),
                (Code::DatabaseBusy | Code::DatabaseLocked, _) => Error::Busy(text),
                (
                    Code::CannotOpen
                    | Code::DiskFull
                    | Code::SystemIoFailure
                    | Code::ReadOnly
                    | Code::NotADatabase
                    | Code::PermissionDenied
                    | Code::DatabaseCorrupt
                    | Code::OutOfMemory,
                    _,
                ) => Error::Unavailable(text),
                _ => Error::Other(text),
            },
            _ => Error::Other(text),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState as S;
        let Some(db) = error.as_db_error() else {
            let text = match std::error::Error::source(&error) {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            };
            // Not the server's word: the connection is closed, or a value did not fit its column's type.
            return if error.is_closed()
                || text.contains("connect")
                || text.contains("communicating")
                || text.contains("closed")
            {
                Error::Unavailable(text)
            } else {
                Error::Other(text)
            };
        };
        let text = db.message().to_owned();
        match db.code() {
            c if *c == S::UNIQUE_VIOLATION => Error::Unique(text),
            c if *c == S::FOREIGN_KEY_VIOLATION => Error::Foreign(text),
            c if *c == S::CHECK_VIOLATION
                || *c == S::EXCLUSION_VIOLATION
                || *c == S::NOT_NULL_VIOLATION
                || *c == S::RAISE_EXCEPTION =>
            {
                Error::Refused(text)
            }
            c if *c == S::T_R_SERIALIZATION_FAILURE
                || *c == S::T_R_DEADLOCK_DETECTED
                || *c == S::LOCK_NOT_AVAILABLE =>
            {
                Error::Busy(text)
            }
            // 08 connection, 53 no resources, 57 operator intervention, 58 system error, 28 sign-in.
            c if ["08", "53", "57", "58", "28", "3D"].iter().any(|class| c.code().starts_with(class)) => {
                Error::Unavailable(text)
            }
            _ => Error::Other(text),
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            other => Error::Unavailable(other.to_string()),
        }
    }
}
