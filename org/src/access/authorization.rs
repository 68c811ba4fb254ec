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

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(header in ".{0,200}") {
            let _ = Tokens::read(&header);
        }
    }
}
