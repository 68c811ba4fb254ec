//! Pages of lists.

/// A page: every list is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows at the most.
    pub limit: i64,
    /// Rows left out before.
    pub offset: i64,
}

impl Page {
    /// From `page` (counted from 1) and `count`; out-of-range numbers are brought into range, as lenient
    /// clients expect.
    pub fn of(page: Option<i64>, count: Option<i64>, default: i64, most: i64) -> Self {
        let limit = count.filter(|c| *c > 0).unwrap_or(default).min(most);
        let page = page.unwrap_or(1).clamp(1, 1_000_000);
        Self { limit, offset: (page - 1) * limit }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_is_always_within_bounds() {
        assert_eq!(Page::of(None, None, 20, 200), Page { limit: 20, offset: 0 });
        assert_eq!(Page::of(Some(3), Some(50), 20, 200), Page { limit: 50, offset: 100 });
        assert_eq!(Page::of(Some(-1), Some(9999), 20, 200), Page { limit: 200, offset: 0 });
        assert!(Page::of(Some(i64::MAX), Some(i64::MAX), 20, 200).offset > 0);
    }
}
