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
    use super::same;

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
