//! Pages of a client's history, without I/O.

/// Appointments of a page at least, where there are as many.
const PAGE: usize = 25;

/// A page: whole days, from `from` to `to`, both with it, and how many appointments they have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The latest day, ISO.
    pub to: Option<String>,
    /// The earliest.
    pub from: Option<String>,
    /// Appointments.
    pub count: Option<i64>,
}

/// The page asked for, with those before and behind it. `days` has the day of each appointment, the latest first; a page
/// ends with a day, once it has enough.
pub fn pages(days: &[String], from: Option<&str>, to: Option<&str>) -> (Span, Span, Span) {
    let first = days.iter().position(|day| to.is_none_or(|to| day.as_str() <= to)).unwrap_or(days.len());
    let until =
        days.iter().position(|day| from.is_some_and(|from| day.as_str() < from)).unwrap_or(days.len());
    let end = page_end(days, first).min(until.max(first));
    let mut begin = first.saturating_sub(PAGE);
    while begin > 0 && days[begin] == days[begin - 1] {
        begin -= 1;
    }
    (span(&days[begin..first]), span(&days[first..end]), span(&days[end..page_end(days, end)]))
}

fn page_end(days: &[String], start: usize) -> usize {
    let mut end = (start + PAGE).min(days.len());
    while end > start && end < days.len() && days[end] == days[end - 1] {
        end += 1;
    }
    end
}

fn span(days: &[String]) -> Span {
    match (days.first(), days.last()) {
        (Some(to), Some(from)) => {
            Span { to: Some(to.clone()), from: Some(from.clone()), count: i64::try_from(days.len()).ok() }
        }
        _ => Span::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_never_torn() {
        let mut days = vec!["2026-03-03".to_owned(); 20];
        days.extend(vec!["2026-03-02".to_owned(); 20]);
        days.extend(vec!["2026-03-01".to_owned(); 3]);
        let (before, page, behind) = pages(&days, None, None);
        assert_eq!(before, Span::default());
        assert_eq!((page.from.as_deref(), page.count), (Some("2026-03-02"), Some(40)));
        assert_eq!((behind.to.as_deref(), behind.count), (Some("2026-03-01"), Some(3)));
        let (before, page, _) = pages(&days, behind.from.as_deref(), behind.to.as_deref());
        assert_eq!((before.count, page.count), (Some(40), Some(3)));
    }

    proptest! {
        #[test]
        fn following_the_pages_shows_each_once(days in prop::collection::vec(1u32..29, 0..120)) {
            let mut days: Vec<String> = days.into_iter().map(|day| format!("2026-03-{day:02}")).collect();
            days.sort_unstable_by(|a, b| b.cmp(a));
            let (mut seen, mut at) = (0, pages(&days, None, None));
            loop {
                seen += at.1.count.unwrap_or(0);
                if at.2.count.is_none() {
                    break;
                }
                let next = at.2.clone();
                at = pages(&days, next.from.as_deref(), next.to.as_deref());
                prop_assert_eq!(&at.1, &next, "the next page is as it was announced");
            }
            prop_assert_eq!(seen, i64::try_from(days.len()).expect("few"));
        }
    }
}
