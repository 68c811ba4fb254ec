//! Decisions about files of clients, without I/O.

/// A file at the most, bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// Characters of a name at the most.
const NAME: usize = 255;

/// A file's name as it is kept: its last part, without characters that mean something to a system or to a header. None
/// when nothing is left of it, or too much.
pub fn name(sent: &str) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks that turn the direction of writing make `gpj.exe` look like `exe.jpg`.
    let plain = |c: &char| {
        !c.is_control()
            && !matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*')
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let kept: String = last.chars().filter(plain).collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    (!kept.is_empty() && kept.chars().count() <= NAME).then(|| kept.to_owned())
}

/// The ending of a name, in lower case; empty without one.
pub fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

/// The type of a content, by what it begins with: never by its name, and never one that a browser would run.
pub fn mime(content: &[u8]) -> &'static str {
    let known = infer::get(content).map(|kind| kind.mime_type());
    match known {
        // Pages, drawings and scripts are texts here.
        Some(kind) if kind.starts_with("text/") || kind.contains("xml") || kind.contains("script") => {
            "text/plain"
        }
        Some(kind) => kind,
        None if is_text(content) => "text/plain",
        None => "application/octet-stream",
    }
}

fn is_text(content: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    std::str::from_utf8(content).is_ok_and(|text| text.chars().all(plain))
}

/// A size for people: `9 B`, `1.5 KB`, `10 MB`.
pub fn size(bytes: i64) -> String {
    let (unit, name) = match bytes {
        0..1024 => return format!("{bytes} B"),
        1024..1_048_576 => (1024, "KB"),
        _ => (1_048_576, "MB"),
    };
    let tenths = (bytes * 10 + unit / 2) / unit;
    match tenths % 10 {
        0 => format!("{} {name}", tenths / 10),
        part => format!("{}.{part} {name}", tenths / 10),
    }
}

/// A Content-Disposition that lets a file be saved under its name (RFC 6266), and never be shown.
pub fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut exact = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_a_name_and_no_path() {
        for (sent, kept) in [
            ("test.txt", "test.txt"),
            ("C:\\Users\\me\\photo.png", "photo.png"),
            ("../../etc/passwd", "passwd"),
            (" .hidden ", "hidden"),
            ("a\"b\r\nc.txt", "abc.txt"),
            ("фото.jpg", "фото.jpg"),
            ("exe\u{202e}gpj.exe", "exegpj.exe"),
        ] {
            assert_eq!(name(sent).as_deref(), Some(kept), "{sent}");
        }
        for sent in ["", "..", "a/", "\r\n", &"x".repeat(256)] {
            assert_eq!(name(sent), None, "{sent}");
        }
    }

    #[test]
    fn a_content_tells_its_type_and_is_never_run() {
        assert_eq!(mime(b"%PDF-1.7\n"), "application/pdf");
        assert_eq!(mime(b"\x89PNG\r\n\x1a\n0000"), "image/png");
        assert_eq!(mime(b"Plain\n"), "text/plain");
        assert_eq!(mime(b"\x00\x01\x02"), "application/octet-stream");
        for page in [
            "<!DOCTYPE html><script>alert(1)</script>",
            "<html><body>x</body></html>",
            "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "#!/bin/sh\necho 1\n",
        ] {
            assert_eq!(mime(page.as_bytes()), "text/plain", "{page}");
        }
    }

    #[test]
    fn sizes_are_for_people() {
        for (bytes, text) in [
            (0, "0 B"),
            (9, "9 B"),
            (1024, "1 KB"),
            (1536, "1.5 KB"),
            (10_485_760, "10 MB"),
            (1_100_000, "1 MB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn a_name_goes_into_a_header_whole() {
        assert_eq!(disposition("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(disposition("ф.txt"), "attachment; filename=\"_.txt\"; filename*=UTF-8''%D1%84.txt");
    }

    proptest! {
        #[test]
        fn any_name_kept_makes_a_header(sent in ".{0,300}") {
            if let Some(kept) = name(&sent) {
                prop_assert_eq!(name(&kept), Some(kept.clone()));
                prop_assert!(http::HeaderValue::try_from(disposition(&kept)).is_ok());
            }
        }

        #[test]
        fn any_content_has_a_type(content in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(!mime(&content).contains("html"));
        }
    }
}
