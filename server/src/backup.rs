//! Backup and restore: every table and every uploaded file in one compressed file of JSON lines, the same from
//! either database, so that it is also the way from one to the other.
//!
//! First line: `{"frontdesk_backup": 1, "schema": N, "at": …}`. Then `{"table": …, "columns": […]}` with one list
//! a row after it, then `{"file": NAME, "content": BASE64}`, and `{"end": ROWS}`. Bytes are `{"b": BASE64}`. The
//! server's key is not in it: keep that apart.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use db::{Sql, Tx, Value};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use kernel::App;
use org::images::Files;
use serde_json::{Value as Json, json};

use crate::start::Failure;

const FORMAT: i64 = 1;
/// Rows written at once.
const BATCH: usize = 200;

/// Writes everything into `file`, which must not exist; gives how many rows. What is read is of one moment,
/// whatever is written meanwhile.
pub async fn backup(app: &App, file: &Path) -> Result<u64, Failure> {
    let failed = |e: std::io::Error| Failure::new(format!("{}: {e}", file.display()));
    let out = OpenOptions::new().write(true).create_new(true).open(file).map_err(failed)?;
    let mut out = GzEncoder::new(BufWriter::new(out), Compression::default());
    let schema = app.db().schema_version().await?;
    let mut line = |value: &Json| -> std::io::Result<()> {
        serde_json::to_writer(&mut out, value)?;
        out.write_all(b"\n")
    };
    line(&json!({"frontdesk_backup": FORMAT, "schema": schema, "at": app.now()})).map_err(failed)?;
    let mut rows = 0;
    let mut conn = app.db().snapshot().await?;
    for table in tables() {
        let mut named = false;
        conn.each(&format!("SELECT * FROM {table}"), |columns, values| {
            if !std::mem::replace(&mut named, true) {
                line(&json!({"table": table, "columns": columns}))?;
            }
            rows += 1;
            line(&values.into_iter().map(to_json).collect())
        })
        .await?;
    }
    drop(conn);
    let files = app.room::<Files>();
    for name in files.names().await? {
        if let Some(content) = files.get(&name).await? {
            line(&json!({"file": name, "content": STANDARD.encode(content)})).map_err(failed)?;
        }
    }
    line(&json!({"end": rows})).map_err(failed)?;
    let inner = out.finish().map_err(failed)?.into_inner().map_err(|e| failed(e.into_error()))?;
    inner.sync_all().map_err(failed)?;
    Ok(rows)
}

/// Tables with data of their own: how often servers were told to forget is none.
fn tables() -> impl Iterator<Item = &'static str> {
    db::tables().iter().map(|t| t.name).filter(|name| *name != "cache_epoch")
}

/// Reads a backup into an empty database, in one transaction; gives how many rows. Of a file that is not whole
/// nothing stays.
pub async fn restore(app: &App, file: &Path) -> Result<u64, Failure> {
    let mut written = Vec::new();
    let outcome = read_in(app, file, &mut written).await;
    if outcome.is_err() {
        for name in &written {
            app.room::<Files>().delete(name).await?;
        }
    }
    outcome
}

/// Notes in `written` the uploaded files that it has written.
async fn read_in(app: &App, file: &Path, written: &mut Vec<String>) -> Result<u64, Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", file.display()));
    let input = BufReader::new(GzDecoder::new(BufReader::new(File::open(file).map_err(|e| failed(&e))?)));
    let mut lines = input.lines().map(|line| {
        let line = line.map_err(|e| failed(&e))?;
        serde_json::from_str::<Json>(&line).map_err(|e| failed(&e))
    });
    let head = lines.next().ok_or_else(|| failed(&"empty"))??;
    if head["frontdesk_backup"] != FORMAT {
        return Err(failed(&"not a backup of Frontdesk, or of a newer one"));
    }
    if head["schema"].as_i64().unwrap_or(i64::MAX) > db::latest_schema() {
        return Err(failed(&"written by a newer program: use that"));
    }
    let mut tx = app.db().begin().await?;
    for table in ["users", "locations", "partners"] {
        let there: i64 = tx.one(&format!("SELECT COUNT(*) FROM {table}"), &[]).await?;
        if there > 0 {
            return Err(Failure::new("the database is not empty: restore into a new one"));
        }
    }
    let mut rows = 0;
    let mut ended = false;
    let mut batch = Batch::default();
    for line in lines {
        let line = line?;
        if let Json::Array(values) = line {
            batch.rows.push(
                values.into_iter().map(from_json).collect::<Option<_>>().ok_or_else(|| failed(&"a value"))?,
            );
            rows += 1;
            if batch.rows.len() >= BATCH {
                batch.write(&mut tx).await?;
            }
            continue;
        }
        batch.write(&mut tx).await?;
        if let Some(name) = line["table"].as_str() {
            batch.begin(name, &line["columns"]).map_err(|e| failed(&e))?;
        } else if let (Some(name), Some(content)) = (line["file"].as_str(), line["content"].as_str()) {
            let content = STANDARD.decode(content).map_err(|e| failed(&e))?;
            written.push(name.to_owned());
            app.room::<Files>().put(name, content).await?;
        } else if line["end"] == rows {
            ended = true;
        }
    }
    if !ended {
        return Err(failed(&"cut off before its end; nothing was restored"));
    }
    let counted: Vec<&str> = tables()
        .filter(|t| {
            ![
                "second_factors",
                "sign_in_challenges",
                "chain_users",
                "idempotency",
                "location_phones",
                "location_chains",
                "memberships",
                "invitations",
                "service_category_team_members",
                "service_team_members",
                "service_translations",
                "service_dates",
                "composite_service_parts",
                "service_popularity",
                "service_resources",
            ]
            .contains(t)
        })
        .collect();
    tx.after_fixed_ids(&counted).await?;
    tx.commit().await?;
    Ok(rows)
}

/// Rows of one table on their way in.
#[derive(Default)]
struct Batch {
    table: String,
    columns: String,
    rows: Vec<Vec<Value>>,
}

impl Batch {
    fn begin(&mut self, table: &str, columns: &Json) -> Result<(), &'static str> {
        let columns: Vec<&str> = columns.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let plain =
            |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
        // Names come from a file: nothing but our own tables and plain column names goes into a statement.
        if !tables().any(|t| t == table) || columns.is_empty() || !columns.iter().all(plain) {
            return Err("a table that is not ours");
        }
        self.table = table.to_owned();
        self.columns = columns.join(", ");
        Ok(())
    }

    async fn write(&mut self, tx: &mut Tx) -> Result<(), Failure> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new(format!("INSERT INTO {} ({}) VALUES ", self.table, self.columns));
        sql.rows(std::mem::take(&mut self.rows));
        sql.exec(tx).await?;
        Ok(())
    }
}

fn to_json(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(n) => n.into(),
        Value::Real(n) => n.into(),
        Value::Text(text) => text.into(),
        Value::Blob(bytes) => json!({"b": STANDARD.encode(bytes)}),
    }
}

fn from_json(value: Json) -> Option<Value> {
    Some(match value {
        Json::Null => Value::Null,
        Json::Number(n) => match n.as_i64() {
            Some(n) => Value::Int(n),
            None => Value::Real(n.as_f64()?),
        },
        Json::String(text) => Value::Text(text),
        Json::Object(map) => Value::Blob(STANDARD.decode(map.get("b")?.as_str()?).ok()?),
        Json::Bool(_) | Json::Array(_) => return None,
    })
}
