//! Passwords: argon2id, off the async threads.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kernel::{App, Error, Result};

/// The hash of a password, as stored (PHC text, argon2id).
pub async fn hash_password(app: &App, password: &str) -> Result<String> {
    let (password, salt) = (password.to_owned(), app.random::<16>());
    blocking(move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(Error::internal)
    })
    .await
}

/// Whether the password fits the stored hash. Without a hash (an unknown login, an invitation not yet
/// accepted) it takes as long and is false, so that time tells nothing.
pub async fn verify_password(password: &str, stored: Option<&str>) -> Result<bool> {
    // The hash of nothing anybody knows; its cost is that of our own hashes.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let known = stored.is_some();
    let (password, stored) = (password.to_owned(), stored.unwrap_or(NOBODY).to_owned());
    let fits = blocking(move || {
        let hash = PasswordHash::new(&stored).map_err(Error::internal)?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await?;
    Ok(fits && known)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
