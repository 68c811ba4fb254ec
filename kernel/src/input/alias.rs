//! One thing has had many names on the wire; each is understood wherever another is expected.

/// Families of names, first ours, then the wire's older ones.
const FAMILIES: &[&[&str]] = &[
    &["location", "company", "salon"],
    &["chain", "company_group", "salon_group"],
    &["team_member", "staff", "master"],
    &["appointment", "record"],
    &["product", "good"],
];

/// Spelling mistakes of the documents, beside what was meant.
const TWINS: &[(&str, &str)] = &[("coordinate_lot", "coordinate_lon"), ("copmany_id", "company_id")];

/// Whether `sent` is another spelling of `expected`: camelCase, a name of the same family, singular or plural
/// as expected.
pub(crate) fn same(sent: &str, expected: &str) -> bool {
    let sent = snake(sent);
    if sent == expected {
        return true;
    }
    if TWINS.iter().any(|(a, b)| (sent == *a && expected == *b) || (sent == *b && expected == *a)) {
        return true;
    }
    for suffix in ["_ids", "_id"] {
        if let (Some(sent), Some(expected)) = (sent.strip_suffix(suffix), expected.strip_suffix(suffix)) {
            return FAMILIES.iter().any(|family| family.contains(&sent) && family.contains(&expected));
        }
    }
    false
}

fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() {
            if at > 0 && !out.ends_with('_') {
                out.push('_');
            }
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{FAMILIES, same};
    use proptest::prelude::*;

    /// `team_member_id` as `teamMemberId`.
    fn camel(name: &str) -> String {
        let mut words = name.split('_');
        let mut out = words.next().unwrap_or_default().to_owned();
        for word in words {
            let (first, rest) = word.split_at(1);
            out.push_str(&first.to_ascii_uppercase());
            out.push_str(rest);
        }
        out
    }

    /// A name of a family, and which.
    fn of_a_family() -> impl Strategy<Value = (usize, &'static str)> {
        let all: Vec<_> = FAMILIES
            .iter()
            .enumerate()
            .flat_map(|(at, family)| family.iter().map(move |name| (at, *name)))
            .collect();
        prop::sample::select(all)
    }

    proptest! {
        #[test]
        fn a_name_is_its_own_in_snake_and_in_camel(name in "[a-z]{1,8}(_[a-z]{1,8}){0,3}") {
            prop_assert!(same(&name, &name));
            prop_assert!(same(&camel(&name), &name));
        }

        #[test]
        fn names_are_one_just_within_a_family_and_a_number(
            (mine, one) in of_a_family(), (yours, other) in of_a_family(),
            many in any::<(bool, bool)>(), in_camel in any::<bool>(),
        ) {
            let ending = |many| if many { "_ids" } else { "_id" };
            let (sent, expected) = (format!("{one}{}", ending(many.0)), format!("{other}{}", ending(many.1)));
            let alike = mine == yours && many.0 == many.1;
            let sent = if in_camel { camel(&sent) } else { sent };
            prop_assert_eq!(same(&sent, &expected), alike, "{} for {}", sent, expected);
            // Without its ending it is a thing, no id of it.
            prop_assert_eq!(same(one, &expected), false);
        }

        #[test]
        fn a_name_of_no_family_stands_for_no_other(sent in "[a-z_]{1,20}", expected in "[a-z_]{1,20}") {
            prop_assert_eq!(same(&format!("x{sent}_id"), &format!("y{expected}_id")), false);
            prop_assert_eq!(same(&sent, &format!("{expected}z")), sent == format!("{expected}z"));
        }
    }

    #[test]
    fn families_are_understood() {
        for sent in ["company_id", "companyId", "salon_id", "salonId", "locationId", "location_id"] {
            assert!(same(sent, "location_id"), "{sent}");
        }
        assert!(same("masterIds", "team_member_ids"));
        assert!(same("salon_group_id", "chain_id"));
        assert!(same("team_member_id", "staff_id"));
        assert!(same("good_id", "product_id"));
        assert!(same("coordinate_lot", "coordinate_lon"));
        assert!(!same("staff_ids", "staff_id"));
        assert!(!same("record_id", "product_id"));
        assert!(!same("city_id", "country_id"));
    }
}
