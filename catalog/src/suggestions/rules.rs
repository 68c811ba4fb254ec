//! The decision what to suggest, without I/O.

use super::store::Popular;

/// Of each kind at the most.
const EACH: usize = 10;

/// Why a service is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The client had it on his last visit.
    LastVisit,
    /// The client has it often.
    ClientPopular,
    /// The team member does it often.
    MemberPopular,
}

impl Reason {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Reason::LastVisit => "last_client_visit_attendance_service",
            Reason::ClientPopular => "client_popular_service",
            Reason::MemberPopular => "master_popular_service",
        }
    }
}

/// A service to suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub service_id: i64,
    pub reason: Reason,
    /// The appointment it comes from.
    pub record_id: Option<i64>,
}

/// What to suggest, each service once and for its best reason: what the client had last, what he has most often,
/// what the team member does most often. `client` and `member` are counts in any order.
pub fn suggest(client: &[Popular], member: &[Popular]) -> Vec<Suggestion> {
    let mut out: Vec<Suggestion> = Vec::new();
    let mut add = |counts: &mut dyn Iterator<Item = &Popular>, reason: Reason| {
        let mut left = EACH;
        for popular in counts {
            if left == 0 {
                break;
            }
            if popular.times > 0 && out.iter().all(|s| s.service_id != popular.service_id) {
                let record_id = (reason == Reason::LastVisit).then_some(popular.last_record_id);
                out.push(Suggestion { service_id: popular.service_id, reason, record_id });
                left -= 1;
            }
        }
    };
    let last = client.iter().filter(|p| p.times > 0).map(|p| p.last_record_id).max().filter(|id| *id > 0);
    add(&mut client.iter().filter(|p| Some(p.last_record_id) == last), Reason::LastVisit);
    add(&mut sorted(client).into_iter(), Reason::ClientPopular);
    add(&mut sorted(member).into_iter(), Reason::MemberPopular);
    out
}

/// The most frequent first; of equals the latest.
fn sorted(counts: &[Popular]) -> Vec<&Popular> {
    let mut sorted: Vec<&Popular> = counts.iter().collect();
    sorted.sort_by_key(|p| (std::cmp::Reverse(p.times), std::cmp::Reverse(p.last_record_id), p.service_id));
    sorted
}

#[cfg(test)]
mod tests {
    use super::{Reason, suggest};
    use crate::suggestions::store::Popular;
    use proptest::prelude::*;

    fn popular((service_id, times, last_record_id): (i64, i64, i64)) -> Popular {
        Popular { service_id, times, last_record_id }
    }

    fn seen(client: &[(i64, i64, i64)], member: &[(i64, i64, i64)]) -> Vec<(i64, Reason, Option<i64>)> {
        let counts = |rows: &[(i64, i64, i64)]| rows.iter().copied().map(popular).collect::<Vec<_>>();
        suggest(&counts(client), &counts(member))
            .iter()
            .map(|s| (s.service_id, s.reason, s.record_id))
            .collect()
    }

    #[test]
    fn each_service_comes_for_its_best_reason() {
        let client = [(1, 9, 50), (2, 2, 70), (3, 1, 70), (4, 5, 60)];
        let member = [(5, 100, 90), (1, 50, 80), (6, 100, 95)];
        assert_eq!(
            seen(&client, &member),
            [
                (2, Reason::LastVisit, Some(70)),
                (3, Reason::LastVisit, Some(70)),
                (1, Reason::ClientPopular, None),
                (4, Reason::ClientPopular, None),
                (6, Reason::MemberPopular, None),
                (5, Reason::MemberPopular, None)
            ]
        );
    }

    #[test]
    fn what_was_taken_back_is_not_suggested() {
        assert_eq!(seen(&[(1, 0, 50)], &[(1, 0, 50)]), []);
        assert_eq!(seen(&[], &[]), []);
    }

    proptest! {
        #[test]
        fn none_comes_twice(
            client in proptest::collection::vec((1i64..30, 0i64..9, 0i64..9), 0..40),
            member in proptest::collection::vec((1i64..30, 0i64..9, 0i64..9), 0..40),
        ) {
            let mut ids: Vec<i64> = seen(&client, &member).iter().map(|s| s.0).collect();
            let many = ids.len();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), many);
            prop_assert!(many <= 30);
        }
    }
}
