//! Clients, which speak to the router without a socket.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::Answer;

/// Somebody who asks, with the tokens and headers he sends each time.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: HeaderMap,
    address: IpAddr,
    checked: bool,
}

/// A part of a form with files.
#[derive(Clone, Debug)]
pub struct Part {
    name: String,
    file: Option<String>,
    content: Vec<u8>,
}

impl Part {
    /// A field.
    pub fn field(name: &str, value: impl ToString) -> Self {
        Self { name: name.to_owned(), file: None, content: value.to_string().into_bytes() }
    }

    /// A file.
    pub fn file(name: &str, file: &str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), file: Some(file.to_owned()), content: content.into() }
    }
}

impl Client {
    pub(crate) fn new(router: Router) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static("testkit/1"));
        Self { router, headers, address: IpAddr::V4(Ipv4Addr::LOCALHOST), checked: true }
    }

    /// The same with one header more, or another value of it.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        self.headers.insert(name, HeaderValue::from_bytes(value.as_ref()).expect("a header's value"));
        self
    }

    /// What it sends in a header.
    pub fn sent(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// The same without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// The same with these tokens.
    #[must_use]
    pub fn tokens(self, partner: &str, user: &str) -> Self {
        self.header("authorization", format!("Bearer {partner}, User {user}"))
    }

    /// The same, asking from this address.
    #[must_use]
    pub fn from(mut self, address: &str) -> Self {
        self.address = address.parse().expect("an address");
        self
    }

    /// The same, whose answers need not be as published (the older flat ones).
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        self.checked = false;
        self
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.raw(Method::GET, path, &[], "").await
    }

    /// DELETE without a body.
    pub async fn delete(&self, path: &str) -> Answer {
        self.raw(Method::DELETE, path, &[], "").await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, &body).await
    }

    /// PUT of JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, &body).await
    }

    /// PATCH of JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PATCH, path, &body).await
    }

    /// A body of JSON.
    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.raw(method, path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// A body as of a form.
    pub async fn form(&self, method: Method, path: &str, form: &str) -> Answer {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.raw(method, path, &kind, form.to_owned()).await
    }

    /// A body as of a form with files.
    pub async fn multipart(&self, method: Method, path: &str, parts: &[Part]) -> Answer {
        const BOUNDARY: &str = "testkit-boundary-7d1f";
        let mut body = Vec::new();
        for part in parts {
            let file = part.file.as_ref().map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            body.extend(
                format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\n\r\n",
                    part.name
                )
                .into_bytes(),
            );
            body.extend(&part.content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.raw(method, path, &[("content-type", &kind)], body).await
    }

    /// Anything.
    ///
    /// # Panics
    /// When the answer is not as the operation's document says.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .extension(ConnectInfo(SocketAddr::new(self.address, 40_000)))
            .body(Body::from(body.into()))
            .unwrap_or_else(|e| panic!("{method} {path}: {e}"));
        request.headers_mut().extend(self.headers.clone());
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body that can be read").to_bytes().to_vec();
        let answer = Answer {
            asked: format!("{method} {path}"),
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            bytes,
        };
        if self.checked
            && let Err(problem) = crate::check(&method, path, &answer)
        {
            panic!("{problem}");
        }
        answer
    }
}
