//! Backup and restore: every table and every uploaded file in one compressed file of JSON lines, the same from
//! either database, so that it is also the way from one to the other.
//!
//! First line: `{"frontdesk_backup": 1, "schema": N, "at": …}`. Then `{"table": …, "columns": […]}` with one list
//! a row after it, then `{"file": NAME, "content": BASE64}`, and `{"end": ROWS}`. Bytes are `{"b": BASE64}`. The
//! server's key is not in it: keep that apart.
//!
//! A backup of an older schema is read into that schema, and the migrations since then are run over its rows, as they
//! would have been where it was made.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use db::{Conn, Sql, Tx, Value};
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
    let mut conn = app.db().snapshot().await?;
    let schema = conn.schema_version().await?;
    let mut line = |value: &Json| -> std::io::Result<()> {
        serde_json::to_writer(&mut out, value)?;
        out.write_all(b"\n")
    };
    line(&json!({"frontdesk_backup": FORMAT, "schema": schema, "at": app.now()})).map_err(failed)?;
    let mut rows = 0;
    for table in tables(&mut conn).await? {
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

/// Tables without data of their own: how often servers were told to forget, and what the database counts by itself.
pub const DERIVED: [&str; 2] = ["cache_epoch", "appointment_counts"];

/// Tables with data of their own.
async fn tables(conn: &mut Conn) -> Result<Vec<&'static str>, Failure> {
    Ok(conn.table_names().await?.into_iter().filter(|name| !DERIVED.contains(name)).collect())
}

/// Puts a backup in the place of all that is there, in one transaction, while the server runs (the demo); gives how many
/// rows. Uploaded files that are not in it stay: nothing names them.
pub async fn replace(app: &App, file: &Path) -> Result<u64, Failure> {
    read_in(app, file, true, &mut Vec::new()).await
}

/// Reads a backup into an empty database, in one transaction; gives how many rows. Of a file that is not whole
/// nothing stays, and uploaded files that were there before stay as they were.
pub async fn restore(app: &App, file: &Path) -> Result<u64, Failure> {
    let mut written = Vec::new();
    let outcome = read_in(app, file, false, &mut written).await;
    if outcome.is_err() {
        for name in &written {
            app.room::<Files>().delete(name).await?;
        }
    }
    outcome
}

/// Lays an uploaded file down; says whether it is new. One that is there already must be the same.
async fn lay_down(files: &Files, name: &str, content: Vec<u8>) -> Result<bool, Failure> {
    if !Files::is_name(name) {
        return Err(Failure::new(format!("a file that is not ours: {name}")));
    }
    if files.add(name, content.clone()).await? {
        return Ok(true);
    }
    if files.get(name).await?.is_some_and(|there| there == content) {
        return Ok(false);
    }
    Err(Failure::new(format!("the folder of uploads has another file {name}: restore into a new one")))
}

/// Makes the empty database one of this schema; of any, when what is there is to go.
async fn prepare(tx: &mut Tx, schema: i64, may_be_filled: bool, now: i64) -> Result<(), Failure> {
    if may_be_filled {
        tx.drop_schema().await?;
        tx.migrate_to(schema, now).await?;
        return Ok(());
    }
    for table in tables(tx).await? {
        let filled: Option<i64> = tx.maybe(&format!("SELECT 1 FROM {table} LIMIT 1"), &[]).await?;
        if filled.is_some() {
            return Err(Failure::new("the database is not empty: restore into a new one"));
        }
    }
    if tx.schema_version().await? > schema {
        tx.drop_schema().await?;
    }
    tx.migrate_to(schema, now).await?;
    Ok(())
}

/// Notes in `written` the uploaded files that it has written.
async fn read_in(
    app: &App,
    file: &Path,
    may_be_filled: bool,
    written: &mut Vec<String>,
) -> Result<u64, Failure> {
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
    let schema = head["schema"].as_i64().unwrap_or(i64::MAX);
    if schema > db::latest_schema() {
        return Err(failed(&"written by a newer program: use that"));
    }
    if !db::is_schema(schema) {
        return Err(failed(&"of a schema that never was"));
    }
    let mut tx = app.db().begin().await?;
    prepare(&mut tx, schema, may_be_filled, app.now()).await?;
    let tables = tables(&mut tx).await?;
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
            batch.begin(&tables, name, &line["columns"]).map_err(|e| failed(&e))?;
        } else if let (Some(name), Some(content)) = (line["file"].as_str(), line["content"].as_str()) {
            let content = STANDARD.decode(content).map_err(|e| failed(&e))?;
            if lay_down(app.room::<Files>(), name, content).await? {
                written.push(name.to_owned());
            }
        } else if line["end"] == rows {
            ended = true;
        }
    }
    if !ended {
        return Err(failed(&"cut off before its end; nothing was restored"));
    }
    tx.after_all_ids().await?;
    tx.migrate_to(db::latest_schema(), app.now()).await?;
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
    fn begin(&mut self, tables: &[&str], table: &str, columns: &Json) -> Result<(), &'static str> {
        let columns: Vec<&str> = columns.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let plain =
            |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
        // Names come from a file: nothing but our own tables and plain column names goes into a statement.
        if !tables.contains(&table) || columns.is_empty() || !columns.iter().all(plain) {
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
        Value::Ids(ids) => ids.into(),
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
