//! What holds for every operation: actors, documents, pages.

mod suites {
    mod documents;
}
