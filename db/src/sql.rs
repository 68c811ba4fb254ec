//! Statements put together from parts, with their parameters kept in step.

use crate::{Conn, Dialect, FromRow, Result, Tx, Value};

/// So many ids at the most are a list.
const FEW: usize = 10;

/// A statement in the making.
///
/// ```
/// let mut sql = db::Sql::new("SELECT id FROM t WHERE a = ");
/// sql.bind(1i64).push(" AND b IN ").list([2i64, 3]);
/// assert_eq!(sql.text(), "SELECT id FROM t WHERE a = $1 AND b IN ($2, $3)");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    params: Vec<Value>,
}

impl Sql {
    /// Begins with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), params: Vec::new() }
    }

    /// More text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// A parameter in its place.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.params.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.params.len().to_string());
        self
    }

    /// ` LIKE $1 ESCAPE '!'`: whether what stands before has this part in it, taken letter by letter.
    pub fn contains(&mut self, part: &str) -> &mut Self {
        let part = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        self.push(" LIKE ").bind(format!("%{part}%")).push(" ESCAPE '!'")
    }

    /// `($1, $2, …)`; `(NULL)`, which nothing equals, for none.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        let mut first = true;
        for value in values {
            if !std::mem::take(&mut first) {
                self.push(", ");
            }
            self.bind(value);
        }
        self.push(if first { "NULL)" } else { ")" })
    }

    /// Whether what stands before, a `BIGINT`, is one of these ids. For more than a few of them it is ` = ANY($1)`, one
    /// statement for any number, which is kept prepared; one with a list is for each length apart.
    ///
    /// PostgreSQL takes an array for one of ten. With fewer, a plan for those very ids always looks cheaper to it than the
    /// one that it keeps, and it would plan anew each time.
    pub fn among(&mut self, ids: &[i64]) -> &mut Self {
        if ids.len() <= FEW {
            return self.push(" IN ").list(ids.iter().copied());
        }
        self.push(" = ANY(").bind(Value::Ids(ids.to_vec())).push(")")
    }

    /// `($1, $2), ($3, $4), …`
    pub fn rows<R: IntoIterator<Item = Value>>(&mut self, rows: impl IntoIterator<Item = R>) -> &mut Self {
        let mut first = true;
        for row in rows {
            if !std::mem::take(&mut first) {
                self.push(", ");
            }
            self.list(row);
        }
        self
    }

    /// Another's text and parameters; only before any parameter of its own.
    ///
    /// # Panics
    /// When there are parameters already: the other's would be others.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        assert!(self.params.is_empty(), "parameters before those of another");
        self.params.extend(other.params.iter().cloned());
        self.push(&other.text)
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parameters so far.
    pub fn params(&self) -> &[Value] {
        &self.params
    }

    /// Runs it for all rows.
    pub async fn all<T: FromRow>(&self, conn: &mut Conn) -> Result<Vec<T>> {
        conn.all(&self.text, &self.params).await
    }

    /// Runs it for one row.
    pub async fn one<T: FromRow>(&self, conn: &mut Conn) -> Result<T> {
        conn.one(&self.text, &self.params).await
    }

    /// Runs it for all rows, locked until the end of the transaction; see [`Tx::lock`]. It should give them in one
    /// order, always the same, so that no two transactions wait for each other.
    pub async fn lock<T: FromRow>(&self, tx: &mut Tx) -> Result<Vec<T>> {
        match tx.dialect() {
            Dialect::Sqlite => self.all(tx).await,
            Dialect::Postgres => tx.all(&format!("{} FOR UPDATE", self.text), &self.params).await,
        }
    }

    /// Runs it as a write.
    pub async fn exec(&self, tx: &mut Tx) -> Result<u64> {
        tx.exec(&self.text, &self.params).await
    }
}
