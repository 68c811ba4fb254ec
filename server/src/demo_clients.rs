//! The demo's clients, with tags, comments and a file.

use ::clients::clients::store::{self as clients, Client};
use ::clients::comments::store::{self as comments, New};
use ::clients::files::store::{self as files, File};
use db::Tx;
use kernel::{App, Result};
use org::images::Files;

/// The name under which the demo's file lies.
const PATH: &str = "client_files/37532/demo-consent";
/// What it holds.
const CONSENT: &str =
    "Consent to colouring\n\nI was told of the allergy test and agree to the treatment.\nJane Doe\n";

/// Name, last name, phone, e-mail address, gender, day of birth.
type Person = (&'static str, &'static str, &'static str, &'static str, i64, &'static str);

/// The first is known to the published examples.
const PEOPLE: [Person; 12] = [
    ("Jane Doe", "", "+14264037640", "jane@example.com", 2, ""),
    ("Emily", "Carter", "+12125550111", "emily.carter@example.com", 2, "1991-04-12"),
    ("Michael", "Brooks", "+12125550112", "m.brooks@example.com", 1, "1984-11-02"),
    ("Sofia", "Ramirez", "+13475550113", "sofia.r@example.com", 2, "1998-07-23"),
    ("Daniel", "Kim", "+13475550114", "", 1, ""),
    ("Grace", "Okafor", "+16465550115", "grace.okafor@example.com", 2, "1979-01-30"),
    ("Ethan", "Novak", "+16465550116", "ethan.novak@example.com", 1, "2001-09-09"),
    ("Hannah", "Weiss", "+17185550117", "", 2, "1995-12-24"),
    ("Lucas", "Moreau", "+17185550118", "lucas@example.com", 1, ""),
    ("Aisha", "Rahman", "+19175550119", "aisha.rahman@example.com", 2, "1988-03-05"),
    ("Oliver", "Grant", "+19175550120", "", 1, "1969-06-18"),
    ("Noor", "Haddad", "+15165550121", "noor.haddad@example.com", 0, ""),
];
/// Which of them (by place) have which of the location's first two tags: regular, VIP.
const TAGGED: [(usize, i64); 7] = [(1, 1), (1, 2), (3, 1), (5, 1), (5, 2), (9, 1), (10, 1)];
const COMMENTS: [(usize, &str); 4] = [
    (0, "Asked for the same colour as last time."),
    (1, "Brings her own shampoo."),
    (5, "Prefers to be called, not written to."),
    (9, "Will bring a friend in spring."),
];

/// Puts the content of the demo's file where its row points to.
pub async fn store_file(app: &App) -> Result<()> {
    app.room::<Files>().put(PATH, CONSENT.as_bytes().to_vec()).await
}

/// Lays all of it. The location's first custom field is a text of clients; `user_id` has written the comments.
pub async fn lay(tx: &mut Tx, location_id: i64, user_id: i64, now: i64) -> Result<()> {
    let rows: Vec<Client> = PEOPLE.iter().enumerate().map(|(at, person)| client(at, *person)).collect();
    let ids = clients::insert_all(tx, location_id, &rows, now).await?;
    let tags: Vec<(i64, i64)> = TAGGED.iter().map(|(at, tag)| (ids[*at], *tag)).collect();
    clients::put_tags(tx, location_id, &tags).await?;
    let allergies = [(ids[0], 1, "Nickel"), (ids[3], 1, "Hair dye"), (ids[7], 1, "Latex")];
    clients::put_values(tx, location_id, &allergies).await?;
    for (at, text) in COMMENTS {
        let new = New { client_id: ids[at], user_id, text, file_id: None };
        comments::insert(tx, location_id, new, now).await?;
    }
    let file = File {
        id: 0,
        client_id: ids[0],
        name: "consent.txt".to_owned(),
        description: "Consent to colouring".to_owned(),
        path: PATH.to_owned(),
        mime: "text/plain".to_owned(),
        size: i64::try_from(CONSENT.len()).unwrap_or_default(),
        user_id,
        created_at: now,
        user_name: String::new(),
    };
    let file = files::insert(tx, location_id, &file).await?;
    let new = New { client_id: ids[0], user_id, text: "", file_id: Some(file) };
    comments::insert(tx, location_id, new, now).await?;
    Ok(())
}

fn client(at: usize, (name, surname, phone, email, gender, birthday): Person) -> Client {
    let nth = i64::try_from(at).unwrap_or_default();
    // Some have been coming for long.
    let spent = if at % 3 == 1 { nth * 12_500 } else { 0 };
    Client {
        name: name.to_owned(),
        surname: surname.to_owned(),
        phone: phone.to_owned(),
        email: email.to_owned(),
        gender,
        birthday: birthday.to_owned(),
        importance: if at % 3 == 1 { 1 + nth % 3 } else { 0 },
        discount: if at % 4 == 1 { 500 + nth * 100 } else { 0 },
        card: if at % 5 == 1 { format!("5558{:05}", 10_000 + nth) } else { String::new() },
        comment: if at == 5 { "Allergic to strong scents".to_owned() } else { String::new() },
        newsletter_allowed: at % 2 == 1,
        personal_data_allowed: true,
        sms_check: at % 2 == 1,
        spent,
        paid: spent,
        ..Client::default()
    }
}
