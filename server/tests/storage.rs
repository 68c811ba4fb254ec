//! The storage beneath everything: schema, transactions, errors, backups, on both databases.

mod storage {
    mod backup;
    mod errors;
    mod generated;
    mod schema;
    mod transactions;
    mod visits;
}
