//! Builds the pages in `../web` (with the feature `web`) and writes the table by which `src/pages.rs`
//! embeds them. The pages go into this build's own output folder, so that builds don't meet there.
#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on its standard output")]

use std::{
    env,
    error::Error,
    ffi::OsStr,
    fmt::Write as _,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What Vite, which builds the pages, asks for.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// What lies in the folder of the pages without being part of them.
const NOT_SOURCES: [&str; 6] = ["node_modules", "dist", "test", ".build.lock", ".gitignore", "README.md"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_WEB").is_none() {
        return;
    }
    if let Err(error) = build() {
        // One line each, so that cargo shows all of it as errors.
        for line in error.to_string().lines().filter(|line| !line.trim().is_empty()) {
            println!("cargo::error={line}");
        }
    }
}

fn build() -> Result<()> {
    let web = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../web");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for entry in fs::read_dir(&web)? {
        let name = entry?.file_name();
        if !NOT_SOURCES.iter().any(|other| name == *other) {
            println!("cargo::rerun-if-changed={}", web.join(name).display());
        }
    }
    require_node()?;
    let pages = out.join("web");
    {
        // Another cargo with another target folder may be at it; `node_modules` is shared.
        let lock = File::create(web.join(".build.lock"))?;
        lock.lock()?;
        install(&web)?;
        npm(&web, &["run", "build"], Some(&pages))?;
    }
    fs::write(out.join("pages.rs"), table(&pages)?)?;
    Ok(())
}

fn require_node() -> Result<()> {
    let found = Command::new("node").arg("--version").output().ok();
    let found = found.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let mut numbers = found.as_deref().unwrap_or_default().trim_start_matches('v').split('.');
    let mut number = || numbers.next().and_then(|number| number.parse::<u32>().ok());
    let new_enough = number().zip(number()).is_some_and(|version| version >= OLDEST_NODE);
    let has_npm = || Command::new(NPM).arg("--version").output().is_ok_and(|output| output.status.success());
    if new_enough && has_npm() {
        return Ok(());
    }
    let found =
        found.filter(|version| !version.is_empty()).unwrap_or_else(|| "no working node and npm".into());
    let (major, minor) = OLDEST_NODE;
    Err(format!(
        "building the pages needs Node {major}.{minor} or newer with npm (found {found}): install it, or \
         build without the pages by --no-default-features"
    )
    .into())
}

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Fetches the packages, if those there aren't the ones of the lock file.
fn install(web: &Path) -> Result<()> {
    let wanted = fs::read(web.join("package-lock.json"))?;
    let stamp = web.join("node_modules/.installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // Packages' own scripts aren't needed here, so nobody's run on the builder's machine.
    npm(web, &["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], None)?;
    fs::write(stamp, wanted)?;
    Ok(())
}

fn npm(web: &Path, arguments: &[&str], pages: Option<&Path>) -> Result<()> {
    let mut command = Command::new(NPM);
    command.args(arguments).current_dir(web);
    if let Some(pages) = pages {
        command.env("FRONTDESK_WEB_OUT", pages);
    }
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said =
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    Err(format!("npm {} failed:\n{said}", arguments.join(" ")).into())
}

/// The expression that `src/pages.rs` includes: a slice of all files.
fn table(pages: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(pages, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in files.iter().filter(|file| file.extension() != Some(OsStr::new("gz"))) {
        let path = file.strip_prefix(pages)?.to_str().ok_or("a file's name is not text")?.replace('\\', "/");
        let mut hasher = DefaultHasher::new();
        fs::read(file)?.hash(&mut hasher);
        let packed = PathBuf::from(format!("{}.gz", file.display()));
        let packed = if packed.exists() {
            format!("Some(include_bytes!({:?}))", packed.display().to_string())
        } else {
            "None".to_owned()
        };
        writeln!(
            table,
            "File {{ path: {path:?}, tag: \"W/\\\"{:016x}\\\"\", body: include_bytes!({:?}), packed: {packed} }},",
            hasher.finish(),
            file.display().to_string(),
        )?;
    }
    table.push(']');
    Ok(table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
