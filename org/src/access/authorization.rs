//! The Authorization header, in every spelling met in the wild.

/// The tokens of an Authorization header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens<'a> {
    /// The partner's.
    pub partner: Option<&'a str>,
    /// The user's.
    pub user: Option<&'a str>,
}

impl<'a> Tokens<'a> {
    /// Reads `Bearer P, User U`, `Bearer P,User U`, `Bearer P,U`, `bearer  P ,  user U`, `User U, Bearer P`
    /// and the like. What can't be read gives no token.
    pub fn read(header: &'a str) -> Self {
        let mut tokens = Self::default();
        for part in header.split(',') {
            let mut words = part.split_whitespace();
            let (first, second) = (words.next(), words.next());
            if words.next().is_some() {
                continue;
            }
            match (first, second) {
                (Some(word), Some(token)) if word.eq_ignore_ascii_case("bearer") => {
                    tokens.partner.get_or_insert(token);
                }
                (Some(word), Some(token)) if word.eq_ignore_ascii_case("user") => {
                    tokens.user.get_or_insert(token);
                }
                (Some(word), None)
                    if tokens.partner.is_some()
                        && !word.eq_ignore_ascii_case("user")
                        && !word.eq_ignore_ascii_case("bearer") =>
                {
                    tokens.user.get_or_insert(word);
                }
                _ => {}
            }
        }
        tokens
    }
}

#[cfg(test)]
mod tests {
    use super::Tokens;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_is_read() {
        let both = Tokens { partner: Some("p1"), user: Some("u1") };
        for header in [
            "Bearer p1, User u1",
            "Bearer p1,User u1",
            "Bearer p1,u1",
            "Bearer p1, u1",
            "bearer  p1 ,   USER   u1",
            "User u1, Bearer p1",
            "  BEARER\tp1,user u1  ",
        ] {
            assert_eq!(Tokens::read(header), both, "{header}");
        }
        assert_eq!(Tokens::read("Bearer p1"), Tokens { partner: Some("p1"), user: None });
        assert_eq!(Tokens::read("Bearer p1, User "), Tokens { partner: Some("p1"), user: None });
        assert_eq!(Tokens::read("User u1"), Tokens { partner: None, user: Some("u1") });
        for header in ["", "p1", "Basic abc", "Bearer", "Bearer a b c"] {
            assert_eq!(Tokens::read(header), Tokens::default(), "{header}");
        }
    }

    /// A word in any mixture of cases.
    fn cased(word: &'static str) -> impl Strategy<Value = String> {
        prop::collection::vec(any::<bool>(), word.len()).prop_map(move |upper| {
            let letters = word.chars().zip(upper);
            letters.map(|(c, up)| if up { c.to_ascii_uppercase() } else { c }).collect()
        })
    }

    /// As tokens are made: no blank, no comma.
    const TOKEN: &str = "[A-Za-z0-9._~+/=-]{1,40}";

    proptest! {
        #[test]
        fn what_is_written_in_any_spelling_is_read(
            partner in TOKEN, user in TOKEN, bearer in cased("bearer"), word in cased("user"),
            blanks in prop::collection::vec("[ \t]{1,3}", 2), around in prop::collection::vec("[ \t]{0,2}", 4),
            turned in any::<bool>(), bare in any::<bool>(),
        ) {
            // A word alone is a token only where it can't be one of the two.
            let named = ["bearer", "user"].iter().any(|word| user.eq_ignore_ascii_case(word));
            let first = format!("{}{bearer}{}{partner}{}", around[0], blanks[0], around[1]);
            let bare = bare && !turned && !named;
            let second = if bare { user.clone() } else { format!("{word}{}{user}", blanks[1]) };
            let second = format!("{}{second}{}", around[2], around[3]);
            let header = if turned { format!("{second},{first}") } else { format!("{first},{second}") };
            prop_assert_eq!(Tokens::read(&header), Tokens { partner: Some(&partner), user: Some(&user) });
            prop_assert_eq!(Tokens::read(&first), Tokens { partner: Some(&partner), user: None });
            if !bare {
                prop_assert_eq!(Tokens::read(&second), Tokens { partner: None, user: Some(&user) });
            }
        }

        #[test]
        fn what_was_read_is_read_the_same_when_written_plainly(
            header in "(?i)((bearer|user|basic|[a-z]{1,3}|,|,,| |\t|\\PC){1}){0,12}"
        ) {
            let read = Tokens::read(&header);
            for token in [read.partner, read.user].into_iter().flatten() {
                prop_assert!(!token.is_empty() && !token.contains(|c: char| c == ',' || c.is_whitespace()));
                prop_assert!(header.contains(token));
            }
            let plainly = [read.partner.map(|p| format!("Bearer {p}")), read.user.map(|u| format!("User {u}"))];
            let plainly = plainly.into_iter().flatten().collect::<Vec<_>>().join(", ");
            prop_assert_eq!(Tokens::read(&plainly), read);
        }

        #[test]
        fn a_token_comes_only_from_its_own_word(tokens in prop::collection::vec(TOKEN, 1..4)) {
            // Other schemes, and words without one, give nothing.
            let schemes = tokens.iter().map(|token| format!("Basic {token}")).collect::<Vec<_>>().join(",");
            let bare = tokens.join(",");
            prop_assert_eq!(Tokens::read(&schemes), Tokens::default());
            prop_assert_eq!(Tokens::read(&bare), Tokens::default());
        }

        #[test]
        fn any_header_is_read_without_panic(header in ".{0,200}") {
            let _ = Tokens::read(&header);
        }
    }
}
