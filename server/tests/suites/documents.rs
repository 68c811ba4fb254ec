//! The published documents, and their copies in the repository.

use std::path::Path;

use serde_json::Value;

/// Holds a text against the file of that name; writes it when `FRONTDESK_UPDATE` is set.
fn held(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("FRONTDESK_UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder");
        std::fs::write(&file, text).expect("the file is written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "docs/{name} is not what the server publishes: run `cargo xtask api`");
}

#[test]
fn the_lists_are_checked_in() {
    held("endpoints.txt", &frontdesk::documents::endpoints());
    held("permissions.txt", &frontdesk::documents::permissions());
}

#[test]
fn the_documents_are_checked_in() {
    for document in frontdesk::documents::all() {
        let text = serde_json::to_string_pretty(&document.json()).expect("JSON") + "\n";
        held(&format!("openapi/{}.json", document.name), &text);
    }
}

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                found.push(target);
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let mut lost = Vec::new();
    for document in frontdesk::documents::all() {
        let json = document.json();
        let mut found = Vec::new();
        references(&json, &mut found);
        let leads =
            |target: &&str| target.strip_prefix('#').is_some_and(|pointer| json.pointer(pointer).is_some());
        lost.extend(found.iter().filter(|t| !leads(t)).map(|t| format!("{}: {t}", document.name)));
    }
    lost.sort();
    lost.dedup();
    assert!(lost.is_empty(), "{lost:#?}");
}
