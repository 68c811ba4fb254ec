//! Secrets: random tokens, their hashes, and what is sealed at rest.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A secret shown once, kept only as its [`Hash`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one, of `bytes` random bytes, in hexadecimal.
    pub(crate) fn random(chance: &mut impl Rng, bytes: usize) -> Self {
        let mut raw = vec![0u8; bytes];
        chance.fill_bytes(&mut raw);
        Self(hex(&raw))
    }

    /// As it is shown, once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its hash.
    pub fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// SHA-256 of a random token: enough for what can't be guessed (passwords go through argon2id instead).
#[derive(Clone, Copy, Debug, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of this text.
    pub fn of(text: &str) -> Self {
        Self::of_parts(&[text.as_bytes()])
    }

    /// The hash of several parts, told apart by their lengths.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            if parts.len() > 1 {
                hasher.update((part.len() as u64).to_be_bytes());
            }
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The bytes, as stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether stored bytes are this hash, in constant time.
    pub fn matches(&self, stored: &[u8]) -> bool {
        self.0.ct_eq(stored).into()
    }
}

impl std::hash::Hash for Hash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for Hash {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

/// Seals and opens what must be readable again (a TOTP secret, a stored answer) with the server's key.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

const NONCE: usize = 24;

impl Seal {
    /// With this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    pub(crate) fn seal(&self, nonce: [u8; NONCE], plain: &[u8]) -> Vec<u8> {
        let mut out = nonce.to_vec();
        // Encryption fails only for plaintexts of hundreds of gigabytes.
        out.extend(self.0.encrypt(&XNonce::from(nonce), plain).unwrap_or_default());
        out
    }

    /// What was sealed; none when it was sealed with another key or changed since.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&XNonce::from(*nonce), body).ok()
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

/// Makes marks that only this server can make: HMAC-SHA256 (RFC 2104) under the server's key, cut to 128 bits.
#[derive(Clone)]
pub struct Signet(Hmac<Sha256>);

/// Characters of a mark.
const MARK: usize = 32;

impl Signet {
    /// With this key.
    pub fn new(key: &[u8; 32]) -> Self {
        // Not the key itself, with which secrets are sealed.
        let own = Hash::of_parts(&[b"marks", key]);
        // The algorithm's own padding of a key that is shorter than a block.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&own.0);
        Self(<Hmac<Sha256> as KeyInit>::new(&block.into()))
    }

    pub(crate) fn mark(&self, purpose: &str, ids: &[i64]) -> String {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        for id in ids {
            mac.update(&id.to_be_bytes());
        }
        hex(&mac.finalize().into_bytes()[..MARK / 2])
    }

    pub(crate) fn matches(&self, purpose: &str, ids: &[i64], given: &str) -> bool {
        self.mark(purpose, ids).as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl std::fmt::Debug for Signet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signet(…)")
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)].into());
        out.push(DIGITS[usize::from(byte & 15)].into());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Hash, Seal, Signet};

    #[test]
    fn sealed_opens_with_its_key_only() {
        let seal = Seal::new(&[1; 32]);
        let sealed = seal.seal([9; 24], b"secret");
        assert_eq!(seal.open(&sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(Seal::new(&[2; 32]).open(&sealed), None);
        let mut changed = sealed.clone();
        *changed.last_mut().expect("not empty") ^= 1;
        assert_eq!(seal.open(&changed), None);
        assert_eq!(seal.open(b"short"), None);
    }

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(Hash::of_parts(&[b"ab", b"c"]), Hash::of_parts(&[b"a", b"bc"]));
    }

    #[test]
    fn a_mark_is_of_its_purpose_ids_and_key() {
        let signet = Signet::new(&[1; 32]);
        let mark = signet.mark("appointment", &[1, 2]);
        assert_eq!(mark.len(), 32);
        assert!(signet.matches("appointment", &[1, 2], &mark));
        for other in [
            signet.mark("appointment", &[2, 1]),
            signet.mark("appointment", &[1]),
            signet.mark("review", &[1, 2]),
            Signet::new(&[2; 32]).mark("appointment", &[1, 2]),
        ] {
            assert_ne!(mark, other);
        }
        assert!(!signet.matches("appointment", &[1, 2], &mark[..31]));
        assert!(!signet.matches("appointment", &[1, 2], ""));
    }
}
