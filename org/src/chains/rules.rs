//! Rights in a chain, without I/O.

use std::collections::BTreeMap;

/// Rights in a chain, by the contract's slugs.
pub const SLUGS: &[&str] = &[
    "settings_access",
    "clients_access",
    "deposits_access",
    "deposit_types_access",
    "users_access",
    "loyalty_access",
    "loyalty_abonement_types_access",
    "loyalty_abonement_balance_edit_access",
    "loyalty_abonement_period_edit_access",
    "loyalty_abonement_history_access",
    "loyalty_cards_manual_transactions_access",
    "loyalty_certificate_types_access",
    "loyalty_programs_access",
    "network_services_access",
    "chain_services_access",
    "analytics_access",
];

/// The rights as stored: a JSON object of slug and 0/1; what is missing or can't be read is no right.
pub fn read(stored: &str) -> BTreeMap<String, i64> {
    serde_json::from_str(stored).unwrap_or_default()
}

/// Whether they hold this right.
pub fn allows(stored: &str, slug: &str) -> bool {
    read(stored).get(slug) == Some(&1)
}

/// Every right, as stored.
pub fn all() -> String {
    let all: BTreeMap<&str, i64> = SLUGS.iter().map(|slug| (*slug, 1)).collect();
    serde_json::to_string(&all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{all, allows};

    #[test]
    fn only_what_is_there_is_a_right() {
        assert!(allows(&all(), "clients_access"));
        assert!(!allows(r#"{"clients_access":0}"#, "clients_access"));
        assert!(!allows("{}", "clients_access"));
        assert!(!allows("nonsense", "clients_access"));
    }
}
