//! Lays a room's files: a thing of a location with a title, read and changed. It compiles once it is registered
//! as printed, and from there it is made into what is wanted.

use std::fs;
use std::path::PathBuf;

use crate::{Outcome, root, say};

const FILES: &[(&str, &str)] = &[
    ("mod.rs", include_str!("room/mod.txt")),
    ("v1.rs", include_str!("room/v1.txt")),
    ("rules.rs", include_str!("room/rules.txt")),
    ("store.rs", include_str!("room/store.txt")),
];
const TEST: &str = include_str!("room/test.txt");

/// Lays the room at `CRATE/NAME`, and says what is left to do.
pub fn run(place: &str) -> Outcome {
    let (krate, name) = place.split_once('/').ok_or("say where: CRATE/NAME")?;
    let decent = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if !decent(krate) || !decent(name) {
        return Err("crate and room are small letters, digits and underscores".to_owned());
    }
    let source = root().join(krate).join("src");
    if !source.join("lib.rs").exists() {
        return Err(format!("there is no crate {krate}"));
    }
    let mut files: Vec<(PathBuf, &str)> =
        FILES.iter().map(|(file, text)| (source.join(name).join(file), *text)).collect();
    files.push((root().join("server/tests").join(krate).join(format!("{name}.rs")), TEST));
    if let Some((there, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(format!("{} is there already", there.display()));
    }
    for (path, text) in files {
        let failed = |e: std::io::Error| format!("{}: {e}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, filled(text, name)).map_err(failed)?;
        say(&format!("laid {}", path.strip_prefix(root()).unwrap_or(&path).display()));
    }
    say(&filled(&STEPS.replace("CRATE", krate), name));
    Ok(())
}

const STEPS: &str = "
Now, as docs/adding-an-operation.md has it:
  - CRATE/src/lib.rs: `pub mod NAME;`, and `.merge(NAME::v1())` in `v1()`
  - db/migrations: a file with the table NAME (location_id, id, title, revision), named in db/src/migrate.rs,
    and its line in `tables()` there
  - server/tests/CRATE.rs: `mod NAME;`
  - server/src/openapi.rs: the tag TITLE
  - the right of its own in org/src/access/perm.rs, in place of SettingsBasis
  - cargo fmt, cargo xtask api";

/// `NAME` is the room, `Thing` one of what it holds, `thing` the same in small letters.
fn filled(text: &str, name: &str) -> String {
    let one = singular(name);
    let pascal: String = one.split('_').map(capital).collect();
    text.replace("NAME", name)
        .replace("TITLE", &capital(&name.replace('_', " ")))
        .replace("Thing", &pascal)
        .replace("thing", &one)
}

fn singular(name: &str) -> String {
    for (many, one) in [("ies", "y"), ("sses", "ss"), ("s", "")] {
        if let Some(stem) = name.strip_suffix(many)
            && !stem.is_empty()
            && !stem.ends_with('s')
        {
            return format!("{stem}{one}");
        }
    }
    name.to_owned()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::{filled, singular};

    #[test]
    fn the_room_names_one_of_its_things() {
        assert_eq!(singular("categories"), "category");
        assert_eq!(singular("time_slots"), "time_slot");
        assert_eq!(singular("addresses"), "address");
        assert_eq!(singular("staff"), "staff");
        assert_eq!(
            filled("TITLE: NAME of Thing, thing_id", "time_slots"),
            "Time slots: time_slots of TimeSlot, time_slot_id"
        );
    }
}
