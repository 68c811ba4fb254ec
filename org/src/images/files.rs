//! The files, in an object store.

use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use kernel::{Error, Result};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};

/// Where uploaded files lie.
#[derive(Clone, Debug)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// In this folder, made when absent.
    ///
    /// # Errors
    /// When it can't be made or opened.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(Error::internal)?;
        Ok(Self(Arc::new(store)))
    }

    /// Writes a file.
    pub async fn put(&self, name: &str, content: Vec<u8>) -> Result<()> {
        self.0.put(&Key::from(name), PutPayload::from(content)).await.map_err(Error::unavailable)?;
        Ok(())
    }

    /// Writes a file unless there is one of that name; says whether it did.
    pub async fn add(&self, name: &str, content: Vec<u8>) -> Result<bool> {
        match self.0.put_opts(&Key::from(name), PutPayload::from(content), PutMode::Create.into()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(Error::unavailable(error)),
        }
    }

    /// Whether a file may have this name. Only names we give out ourselves: no way up and out of the store.
    pub fn is_name(name: &str) -> bool {
        !name.contains("..") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
    }

    /// Reads a file; none when there is none.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>> {
        if !Self::is_name(name) {
            return Ok(None);
        }
        match self.0.get(&Key::from(name)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(Error::unavailable)?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::unavailable(error)),
        }
    }

    /// Names of all files.
    pub async fn names(&self) -> Result<Vec<String>> {
        use futures_util::TryStreamExt;
        let all = self.0.list(None).map_ok(|found| found.location.to_string());
        all.try_collect().await.map_err(Error::unavailable)
    }

    /// Removes a file; one that is gone already is fine.
    pub async fn delete(&self, name: &str) -> Result<()> {
        match self.0.delete(&Key::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::unavailable(error)),
        }
    }
}
