//! What holds for every operation: actors, documents, pages.

mod suites {
    mod actors;
    mod documents;
    mod filters;
    mod operations;
    mod paging;
    mod scale;
}
