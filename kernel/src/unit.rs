//! The unit of work: one transaction a write, with its audit row, its events and its stored answer in it.

use serde_json::{Value, json};

use crate::call::{Call, IdempotencyKey};
use crate::{Answer, App, Error, Kind, Result};
use db::{Tx, params};

/// What happened to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as the wire names them")]
pub enum Change {
    Create,
    Update,
    Delete,
}

impl Change {
    /// As stored, and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Change::Create => "create",
            Change::Update => "update",
            Change::Delete => "delete",
        }
    }
}

/// A transaction that knows the request it serves. Dropped without [`Unit::commit`], nothing of it stays.
#[derive(Debug)]
pub struct Unit {
    tx: Tx,
    call: Call,
    scope: String,
    about: (&'static str, i64),
    details: Value,
    stale: bool,
}

impl std::ops::Deref for Unit {
    type Target = Tx;
    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl std::ops::DerefMut for Unit {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

impl Unit {
    pub(crate) async fn begin(call: &Call) -> Result<Self> {
        if call.key.as_ref().is_some_and(|key| key.key.is_empty()) {
            return Err(Error::invalid("Idempotency-Key", "field-invalid"));
        }
        let tx = call.app.db().begin().await?;
        let scope = match &call.key {
            // Anybody's keys must not meet those of others: they count for the path alone.
            Some(key) if call.partner_id == 0 => format!("0:0:{}", key.path),
            _ => format!("{}:{}", call.partner_id, call.user_id),
        };
        let mut unit =
            Self { tx, call: call.clone(), scope, about: ("", 0), details: json!({}), stale: false };
        if let Some(key) = &call.key {
            unit.reserve(key).await?;
        }
        Ok(unit)
    }

    /// Takes the Idempotency-Key for this transaction. A second request with the same key waits here for the
    /// first to end (PostgreSQL: on the row; SQLite: for the writer), and then finds its answer.
    async fn reserve(&mut self, key: &IdempotencyKey) -> Result<()> {
        let taken = self
            .tx
            .exec(
                "INSERT INTO idempotency (scope, key, fingerprint, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (scope, key) DO NOTHING",
                params![&self.scope, &key.key, key.fingerprint.bytes(), self.call.now],
            )
            .await?;
        if taken == 1 {
            return Ok(());
        }
        let (fingerprint, answer): (Vec<u8>, Option<Vec<u8>>) = self
            .tx
            .one(
                "SELECT fingerprint, answer FROM idempotency WHERE scope = $1 AND key = $2",
                params![&self.scope, &key.key],
            )
            .await?;
        if !key.fingerprint.matches(&fingerprint) {
            return Err(Error::invalid("Idempotency-Key", "idempotency-mismatch"));
        }
        let answer = answer
            .and_then(|sealed| self.call.app.open(&sealed))
            .ok_or_else(|| Error::new(Kind::Conflict, "conflict"))?;
        let (status, body) =
            answer.split_first_chunk::<2>().ok_or_else(|| Error::internal("a short answer"))?;
        Err(Error::replay(u16::from_be_bytes(*status), body.to_vec()))
    }

    /// Says what the audit row is about.
    pub fn about(&mut self, entity: &'static str, id: i64, details: Value) {
        self.about = (entity, id);
        self.details = details;
    }

    /// Says whose doing it is, where that is known only by now (whoever holds an invitation's link).
    pub fn by_user(&mut self, user_id: i64) {
        self.call.user_id = user_id;
    }

    /// Undoes everything.
    pub async fn rollback(self) {
        self.tx.rollback().await;
    }

    /// Moves the audit row to this location (a write that makes one).
    pub fn at_location(&mut self, location_id: i64) {
        self.call.location_id = location_id;
    }

    /// Tells those to the right what happened, and the audit row what it is about.
    pub async fn emit(&mut self, entity: &'static str, id: i64, change: Change) -> Result<()> {
        self.emit_all(entity, &[id], change).await
    }

    /// [`Unit::emit`] for several things at once, in one statement.
    pub async fn emit_all(&mut self, entity: &'static str, ids: &[i64], change: Change) -> Result<()> {
        let Some(first) = ids.first() else { return Ok(()) };
        if self.about.0.is_empty() {
            self.about = (entity, *first);
        }
        let call = &self.call;
        for part in ids.chunks(1000) {
            let mut sql = db::Sql::new(
                "INSERT INTO events (location_id, entity, entity_id, change, user_id, partner_id, created_at) VALUES ",
            );
            sql.rows(part.iter().map(|id| {
                params![call.location_id, entity, *id, change.name(), call.user_id, call.partner_id, call.now]
                    .to_vec()
            }));
            sql.exec(&mut self.tx).await?;
        }
        Ok(())
    }

    /// This write makes what servers keep in memory (partners, sessions, rights) stale.
    pub fn stale(&mut self) {
        self.stale = true;
    }

    /// The instant of the request.
    pub fn now(&self) -> i64 {
        self.call.now
    }

    /// Writes the audit row and the answer to say again, makes all durable, and only then gives the answer
    /// out.
    pub async fn commit<A: Answer>(mut self, answer: A) -> Result<A> {
        self.write_audit().await?;
        if let Some(key) = &self.call.key {
            let mut kept = answer.status().as_u16().to_be_bytes().to_vec();
            kept.extend(answer.body());
            let sealed = self.call.app.seal(&kept);
            self.tx
                .exec(
                    "UPDATE idempotency SET answer = $3 WHERE scope = $1 AND key = $2",
                    params![&self.scope, &key.key, sealed],
                )
                .await?;
        }
        if self.stale {
            bump(&mut self.tx).await?;
        }
        let (mut tx, app, stale) = (self.tx, self.call.app, self.stale);
        // A write that concerns one location changes no other's.
        if self.call.location_id != 0 && !stale {
            tx.only(self.call.location_id);
        }
        tx.commit().await?;
        if stale {
            app.forget();
        }
        Ok(answer)
    }

    async fn write_audit(&mut self) -> Result<()> {
        let call = &self.call;
        self.tx
            .exec(
                "INSERT INTO audit (location_id, at, user_id, partner_id, operation, entity, entity_id, details, ip, program, request_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                params![
                    call.location_id,
                    call.now,
                    call.user_id,
                    call.partner_id,
                    call.op.map_or("", |op| op.id.as_str()),
                    self.about.0,
                    self.about.1,
                    self.details.to_string(),
                    &call.origin.ip,
                    &call.origin.program,
                    &call.origin.request_id
                ],
            )
            .await?;
        Ok(())
    }
}

/// Tells all servers that what they keep in memory is stale.
async fn bump(tx: &mut Tx) -> Result<()> {
    tx.exec("UPDATE cache_epoch SET n = n + 1 WHERE id = $1", params![1i64]).await?;
    Ok(())
}

impl App {
    /// A write outside of any request (the command line): makes `work` durable and the memory of all servers
    /// stale.
    pub async fn write<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let mut tx = self.db().begin().await?;
        let out = work(&mut tx).await?;
        bump(&mut tx).await?;
        tx.commit().await?;
        self.forget();
        Ok(out)
    }
}
