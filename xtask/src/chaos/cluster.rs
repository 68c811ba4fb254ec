//! A PostgreSQL server of our own, which can be stopped, made to crash, and started again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use db::Db;

use testkit::postgres;

use crate::Outcome;

/// Makes a folder, a cluster in it, and starts the server; then does what is asked line by line and says how it
/// ended. When the pipe closes, however this program ends, it stops the server and removes the folder.
const WRAPPER: &str = r#"
trap : INT TERM HUP
folder=$(mktemp -d "$1/frontdesk-chaos-XXXXXX") || exit 1
cd "$folder" || exit 1
start() {
    "$bin/pg_ctl" -D data -l server.log -s -w -t 60 -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=100 -c shared_buffers=64MB $more" start >> log 2>&1 < /dev/null
}
bin=$2 more=$3
{ "$bin/initdb" -D data -U frontdesk -A trust -E UTF8 --locale=C --no-sync > log 2>&1 && mkdir small && start; } || {
    cat log server.log >&2; rm -rf "$folder"; exit 1
}
echo "$folder"
while read -r word; do
    case $word in
        start) start ;;
        *) "$bin/pg_ctl" -D data -s -w -m "$word" stop >> log 2>&1 ;;
    esac
    echo $?
done
exec > /dev/null 2>&1
"$bin/pg_ctl" -D data -s -m immediate stop
cd / && rm -rf "$folder"
"#;

/// A running cluster; ended and removed when dropped.
pub struct Cluster {
    child: Child,
    pipes: Option<Mutex<(ChildStdin, BufReader<ChildStdout>)>>,
    folder: PathBuf,
    user: Option<&'static str>,
}

impl Cluster {
    /// Starts one; none where there is no initdb.
    ///
    /// In the short form nothing is forced to the disk: what processes leave when they die is the same, and a busy machine of
    /// CI is not held up.
    pub fn start(short: bool) -> Outcome<Option<Self>> {
        let Some(programs) = postgres::programs() else { return Ok(None) };
        let user = postgres::user();
        let mut child = postgres::shell(user)
            .args(["-c", WRAPPER, "sh"])
            .arg(postgres::temporary(user))
            .arg(&programs)
            .arg(if short { "-c fsync=off" } else { "" })
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("PostgreSQL: {e}"))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("PostgreSQL: no pipes".to_owned());
        };
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line).map_err(|e| e.to_string())?;
        if line.trim().is_empty() {
            return Err("PostgreSQL does not start: see above".to_owned());
        }
        let folder = PathBuf::from(line.trim());
        Ok(Some(Self { child, pipes: Some(Mutex::new((stdin, stdout))), folder, user }))
    }

    /// Starts one where there must be PostgreSQL.
    pub fn must_start(short: bool) -> Outcome<Self> {
        tokio::task::block_in_place(|| Self::start(short))?.ok_or_else(|| "there is no PostgreSQL".to_owned())
    }

    fn tell(&self, word: &str) -> Outcome {
        tokio::task::block_in_place(|| self.tell_and_wait(word))
    }

    fn tell_and_wait(&self, word: &str) -> Outcome {
        let pipes = self.pipes.as_ref().ok_or("the cluster has ended")?;
        let mut pipes = pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (stdin, stdout) = &mut *pipes;
        writeln!(stdin, "{word}").and_then(|()| stdin.flush()).map_err(|e| format!("PostgreSQL: {e}"))?;
        let mut line = String::new();
        stdout.read_line(&mut line).map_err(|e| e.to_string())?;
        match line.trim() {
            "0" => Ok(()),
            other => Err(format!("PostgreSQL: {word} ended with {other}")),
        }
    }

    /// Starts the server again.
    pub fn begin(&self) -> Outcome {
        self.tell("start")
    }

    /// Stops it in good order; open connections are ended.
    pub fn stop(&self) -> Outcome {
        self.tell("fast")
    }

    /// Makes it end as in a crash: the next start recovers from the log.
    pub fn crash(&self) -> Outcome {
        self.tell("immediate")
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://frontdesk@{}/{database}", self.folder.display().to_string().replace('/', "%2F"))
    }

    /// A folder that the server may use, empty at first.
    pub fn small(&self) -> PathBuf {
        self.folder.join("small")
    }

    /// The user that the server runs as, when it is another than ours.
    pub fn user(&self) -> Option<(u32, u32)> {
        let id = |which| postgres::id(&[which, self.user?])?.parse().ok();
        Some((id("-u")?, id("-g")?))
    }

    /// Runs a statement that belongs to no database.
    pub async fn command(&self, sql: &str) -> Outcome {
        let db = Db::open(&self.url("postgres")).await.map_err(|e| e.to_string())?;
        let outcome = match db.conn().await {
            Ok(mut conn) => conn.all::<i64>(sql, &[]).await.map(drop),
            Err(error) => Err(error),
        };
        db.close().await;
        outcome.map_err(|e| format!("{sql}: {e}"))
    }

    /// Makes a database, in place of one of that name.
    pub async fn make(&self, name: &str, with: &str) -> Outcome<String> {
        self.command(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        self.command(&format!("CREATE DATABASE {name} {with}")).await?;
        Ok(self.url(name))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.pipes = None;
        let _ = self.child.wait();
    }
}
