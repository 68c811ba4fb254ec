//! Sending messages: by a mail server and a gateway for SMS, or into readable files.

use std::path::PathBuf;

use kernel::App;
use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport, Message, Tokio1Executor};
use org::outbox::store::Waiting;

use crate::config::{Serving, Settings};
use crate::sms::Gateway;
use crate::start::Failure;

/// How messages leave.
pub struct Sender {
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
    sms: Option<Gateway>,
    from: Mailbox,
    folder: PathBuf,
}

impl Sender {
    /// As set.
    pub fn new(app: &App, settings: &Settings, serving: &Serving) -> Result<Self, Failure> {
        let smtp = match &serving.smtp_url {
            Some(url) => Some(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|e| Failure::new(format!("smtp-url: {e}")))?
                    .build(),
            ),
            None => None,
        };
        let from = serving.mail_from.parse().map_err(|e| Failure::new(format!("mail-from: {e}")))?;
        let sms = Gateway::of(app, serving)?;
        Ok(Self { smtp, sms, from, folder: settings.data_dir.join("outbox") })
    }

    /// Writes every message into this folder: for tests.
    pub fn into_folder(folder: PathBuf) -> Self {
        let from = Mailbox::new(
            Some("Frontdesk".to_owned()),
            lettre::Address::new_dangerous("frontdesk", "localhost"),
        );
        Self { smtp: None, sms: None, from, folder }
    }

    /// The same, but SMS by this gateway: for tests.
    pub fn with_gateway(self, gateway: Gateway) -> Self {
        Self { sms: Some(gateway), ..self }
    }

    /// Sends one.
    ///
    /// # Errors
    /// What the mail server said; whether it is worth another try.
    pub async fn send(&self, message: &Waiting) -> Result<(), (String, bool)> {
        if let Some(gateway) = self.sms.as_ref().filter(|_| message.channel == "sms") {
            return gateway.send(message).await;
        }
        let Some(smtp) = self.smtp.as_ref().filter(|_| message.channel == "email") else {
            return self.write(message).await;
        };
        let to: Mailbox = message.recipient.parse().map_err(|e| (format!("{e}"), false))?;
        let mail = Message::builder()
            .from(self.from.clone())
            .to(to)
            .date(std::time::UNIX_EPOCH + std::time::Duration::from_millis(message.created_at.unsigned_abs()))
            // The same for every attempt, so that a receiver can tell a repetition.
            .message_id(Some(format!(
                "<{}.{}@{}>",
                message.location_id,
                message.id,
                self.from.email.domain()
            )))
            .subject(message.subject.clone())
            .body(message.body.clone())
            .map_err(|e| (e.to_string(), false))?;
        match smtp.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err((error.to_string(), !error.is_permanent())),
        }
    }

    /// A file that a person can read, in the place of a gateway.
    async fn write(&self, message: &Waiting) -> Result<(), (String, bool)> {
        let failed = |e: std::io::Error| (e.to_string(), true);
        let mut text = format!("Channel: {}\nTo: {}\n", message.channel, message.recipient);
        if !message.subject.is_empty() {
            text.push_str(&format!("From: {}\nSubject: {}\n", self.from, message.subject));
        }
        text.push_str(&format!("\n{}\n", message.body));
        tokio::fs::create_dir_all(&self.folder).await.map_err(failed)?;
        let file = self.folder.join(format!("{:08}-{}.txt", message.id, message.channel));
        tokio::fs::write(file, text).await.map_err(failed)
    }
}
