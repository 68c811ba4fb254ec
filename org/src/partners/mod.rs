//! Partners: the programs that ask. Table `partners`. Made and revoked by the command line.

pub mod store;

pub use store::Partner;

use kernel::{App, Result, Token};

/// Random bytes of a partner token.
const TOKEN: usize = 16;

/// Makes a partner; the token is shown once and kept only as its hash.
pub async fn create(app: &App, title: &str, legacy_flat: bool) -> Result<(i64, Token)> {
    let token = app.token(TOKEN);
    let hash = token.hash();
    let id = app.write(async |tx| store::insert(tx, title, &hash, legacy_flat, app.now()).await).await?;
    Ok((id, token))
}

/// Ends a partner's token; false when there is no such partner or it is ended already.
pub async fn revoke(app: &App, id: i64) -> Result<bool> {
    app.write(async |tx| store::revoke(tx, id, app.now()).await).await
}
