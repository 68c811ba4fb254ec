//! How a database goes about a statement.

use db::{Dialect, Sql};

use crate::App;

impl App {
    /// Has the database look at how much is in these tables, and which of their rows all may see.
    pub async fn analyze(&self, tables: &[&str]) {
        match self.db().dialect() {
            Dialect::Sqlite => drop(self.exec("ANALYZE", &[]).await),
            Dialect::Postgres => {
                let mut conn = self.db().conn().await.expect("a connection");
                for table in tables {
                    conn.all::<i64>(&format!("VACUUM ANALYZE {table}"), &[]).await.expect("tidied");
                }
            }
        }
    }

    /// How the database means to go about a statement, in its own words.
    pub async fn plan(&self, sql: &Sql) -> String {
        match self.db().dialect() {
            Dialect::Sqlite => {
                let rows: Vec<(i64, i64, i64, String)> = self.explained("EXPLAIN QUERY PLAN ", sql).await;
                rows.into_iter().map(|row| row.3 + "\n").collect()
            }
            Dialect::Postgres => self.explained::<String>("EXPLAIN ", sql).await.join("\n"),
        }
    }

    /// How many rows it looks at to carry a statement out; only PostgreSQL tells.
    pub async fn looked_at(&self, sql: &Sql) -> Option<i64> {
        if self.db().dialect() == Dialect::Sqlite {
            return None;
        }
        let lines: Vec<String> = self.explained("EXPLAIN (ANALYZE, TIMING OFF) ", sql).await;
        let number = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i64>().ok();
        let removed =
            lines.iter().filter_map(|line| number(line.split("Removed by ").nth(1)?.split(": ").nth(1)?));
        let given = lines.iter().filter_map(|line| number(line.split("(actual rows=").nth(1)?)).max();
        Some(removed.sum::<i64>() + given.unwrap_or(0))
    }

    async fn explained<T: db::FromRow>(&self, how: &str, sql: &Sql) -> Vec<T> {
        let mut explained = Sql::new(how);
        explained.append(sql);
        let mut conn = self.db().conn().await.expect("a connection");
        explained.all(&mut conn).await.expect("a plan")
    }
}
