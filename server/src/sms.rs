//! SMS by a gateway that is told what to send over HTTP, in whichever form it likes.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use kernel::App;
use org::outbox::store::Waiting;
use reach::outgoing::{Allowed, Outgoing};

use crate::config::Serving;
use crate::start::Failure;

/// How long the gateway may take.
const WITHIN: Duration = Duration::from_secs(15);

/// A gateway.
pub struct Gateway {
    app: App,
    outgoing: Outgoing,
    url: String,
    method: Method,
    headers: HeaderMap,
    body: String,
    form: Form,
}

/// How texts are put into a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As JSON strings.
    Json,
    /// Percent-encoded.
    Urlencoded,
    /// As they are.
    Plain,
}

impl Form {
    fn of(content_type: &str) -> Self {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => Self::Urlencoded,
            kind if kind.ends_with("json") => Self::Json,
            _ => Self::Plain,
        }
    }

    fn write(self, text: &str) -> String {
        match self {
            Self::Json => serde_json::Value::from(text).to_string(),
            Self::Urlencoded => url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Self::Plain => text.to_owned(),
        }
    }
}

/// Puts values in the place of `{name}`; what comes in with a value is not looked at again.
fn filled(template: &str, values: &[(&str, &str)], form: Form) -> String {
    let mut out = String::with_capacity(template.len() + 200);
    let mut rest = template;
    'text: while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        for (name, value) in values {
            if let Some(after) = rest.strip_prefix('{').and_then(|r| r.strip_prefix(name))
                && let Some(after) = after.strip_prefix('}')
            {
                out.push_str(&form.write(value));
                rest = after;
                continue 'text;
            }
        }
        out.push('{');
        rest = &rest[1..];
    }
    out.push_str(rest);
    out
}

/// Reads headers, one a line.
fn headers(text: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for line in text.lines().flat_map(|line| line.split("||")).map(str::trim).filter(|line| !line.is_empty())
    {
        let (name, value) = line.split_once(':').ok_or_else(|| "a header is `Name: value`".to_owned())?;
        let name: HeaderName = name.trim().parse().map_err(|_| format!("{name} is no header"))?;
        // The value may be a secret: it is not told.
        let value =
            HeaderValue::from_str(value.trim()).map_err(|_| format!("the value of {name} is not one"))?;
        headers.insert(name, value);
    }
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// How a gateway is asked; see the settings of the same names.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its address.
    pub url: &'a str,
    /// By which method.
    pub method: &'a str,
    /// With which headers.
    pub headers: &'a str,
    /// With which body.
    pub body: &'a str,
}

impl Gateway {
    /// As set; none where no address is.
    pub fn of(app: &App, serving: &Serving) -> Result<Option<Self>, Failure> {
        let asked = |url| Asked {
            url,
            method: &serving.sms_method,
            headers: &serving.sms_headers,
            body: &serving.sms_body,
        };
        serving.sms_url.as_deref().map(|url| Self::new(app, asked(url))).transpose()
    }

    /// Asked in this way.
    pub fn new(app: &App, asked: Asked<'_>) -> Result<Self, Failure> {
        let url = asked.url;
        let wrong = |what: &str, why: &dyn std::fmt::Display| Failure::new(format!("{what}: {why}"));
        let blank = [("to", ""), ("text", ""), ("id", ""), ("callback", "")];
        let shown = filled(url, &blank, Form::Urlencoded);
        if reach::webhooks::rules::target(&shown).is_none() {
            return Err(wrong("sms-url", &"not an address"));
        }
        let headers = headers(asked.headers).map_err(|e| wrong("sms-headers", &e))?;
        let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let everywhere = Allowed::parse("0.0.0.0/0 ::/0").map_err(|e| wrong("sms-url", &e))?;
        Ok(Self {
            app: app.clone(),
            // The operator's own choice, so wherever it is.
            outgoing: Outgoing::new(everywhere)?,
            url: url.to_owned(),
            method: asked.method.parse().map_err(|e| wrong("sms-method", &e))?,
            form: Form::of(kind),
            headers,
            body: asked.body.to_owned(),
        })
    }

    /// Sends one.
    ///
    /// # Errors
    /// What the gateway said; whether it is worth another try.
    pub async fn send(&self, message: &Waiting) -> Result<(), (String, bool)> {
        let id = message.id.to_string();
        let callback = reach::mailings::callback(&self.app, message.location_id);
        let values = [
            ("to", message.recipient.as_str()),
            ("text", &message.body),
            ("id", &id),
            ("callback", &callback),
        ];
        let url = filled(&self.url, &values, Form::Urlencoded);
        let url =
            reach::webhooks::rules::target(&url).ok_or(("the address can't be used".to_owned(), false))?;
        let body = if self.method == Method::GET {
            Bytes::new()
        } else {
            Bytes::from(filled(&self.body, &values, self.form))
        };
        let answer = self.outgoing.send(self.method.clone(), &url, self.headers.clone(), body, WITHIN).await;
        match answer {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
            Ok(answer) => {
                let again = answer.status >= 500 || [408, 425, 429].contains(&answer.status);
                let said: String = answer.excerpt.chars().take(200).collect();
                Err((format!("the gateway answered {}: {said}", answer.status), again))
            }
            Err(failure) => Err((failure.to_string(), true)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_as_the_form_has_it() {
        let values = [("to", "+1 315"), ("text", "\"Hi\" {to} & more")];
        assert_eq!(
            filled(r#"{"to": {to}, "text": {text}, "x": {y}}"#, &values, Form::Json),
            r#"{"to": "+1 315", "text": "\"Hi\" {to} & more", "x": {y}}"#
        );
        assert_eq!(
            filled("to={to}&text={text}", &values, Form::Urlencoded),
            "to=%2B1+315&text=%22Hi%22+%7Bto%7D+%26+more"
        );
        assert_eq!(filled("{text}{", &values, Form::Plain), "\"Hi\" {to} & more{");
    }

    #[test]
    fn headers_are_one_a_line() {
        let read = headers("Authorization: Bearer a:b\nX-Y: 1").expect("headers");
        assert_eq!(read["authorization"], "Bearer a:b");
        assert_eq!(read["content-type"], "application/json");
        assert_eq!(headers("A: 1||B: 2").expect("headers").len(), 3);
        assert!(headers("nonsense").is_err());
        let told = headers("X: a\u{7}secret").expect_err("no value");
        assert!(!told.contains("secret"), "{told}");
        assert_eq!(Form::of("application/x-www-form-urlencoded; charset=utf-8"), Form::Urlencoded);
        assert_eq!(Form::of("application/vnd.x+json"), Form::Json);
        assert_eq!(Form::of("text/plain"), Form::Plain);
    }
}
