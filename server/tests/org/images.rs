//! Pictures: upload, what is served, removal.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use http::Method;
use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use testkit::{Answer, App, Client, Part, make};

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut out, format).expect("encodes");
    out.into_inner()
}

async fn upload(client: &Client, entity: &str, fields: &[(&str, i64)], content: Vec<u8>) -> Answer {
    let mut parts: Vec<Part> = fields.iter().map(|(name, value)| Part::field(name, value)).collect();
    parts.push(Part::file("image", "picture.bin", content));
    client.multipart(Method::POST, &format!("/api/v1/images/{entity}"), &parts).await
}

/// The path of a version of the picture.
fn path(group: &Value, version: &str) -> String {
    let address = group["images"][version]["path"].as_str().expect("an address");
    address.strip_prefix("http://desk.test").expect("the server's own").to_owned()
}

#[testkit::test]
async fn a_picture_is_stored_served_and_removed(app: App) {
    let owner = app.owner();
    let png = picture(ImageFormat::Png, 1500, 300);
    let stored =
        upload(&owner, "service", &[("company_id", LOCATION), ("service_id", 83169)], png).await.status(200);
    let group = &stored.data()["image_group"];
    assert_eq!(stored.data()["image_binded"], true);
    assert_eq!((&group["entity"], &group["entity_id"]), (&json!("service"), &json!(83169)));
    let basic = &group["images"]["basic"];
    assert_eq!(
        (&basic["width"], &basic["height"], &basic["type"]),
        (&json!(1200), &json!(240), &json!("png"))
    );
    for (version, width) in [("basic", 1200), ("small", 240)] {
        let served = app.nobody().get(&path(group, version)).await.status(200);
        assert_eq!(served.header("content-type"), "image/png");
        assert!(served.header("cache-control").contains("immutable"));
        assert_eq!(image::load_from_memory(&served.bytes).expect("a picture").width(), width);
    }
    let id = group["id"].as_i64().expect("an id");
    let remove = [Part::field("image_group_id", id)];
    owner.multipart(Method::DELETE, "/api/v1/images/company", &remove).await.status(404);
    app.stranger().multipart(Method::DELETE, "/api/v1/images/service", &remove).await.status(404);
    app.staff(&["users_access"])
        .await
        .multipart(Method::DELETE, "/api/v1/images/service", &remove)
        .await
        .status(403);
    app.nobody().get(&path(group, "small")).await.status(200);
    owner.multipart(Method::DELETE, "/api/v1/images/service", &remove).await.status(200);
    for version in ["basic", "small"] {
        app.nobody().get(&path(group, version)).await.status(404);
    }
    assert_eq!((app.count("images").await, app.count("image_groups").await), (0, 0));
    owner.json(Method::DELETE, "/api/v1/images/service", &json!({"image_group_id": id})).await.status(404);
    let audit = owner.get("/api/frontdesk/v1/locations/37532/audit").await.ok();
    let operations: Vec<&str> = audit.items().iter().filter_map(|e| e["operation"].as_str()).collect();
    assert_eq!(operations, ["delete_image", "upload_image"]);
}

#[testkit::test]
async fn a_picture_of_the_location_is_shown_with_it(app: App) {
    let jpeg = picture(ImageFormat::Jpeg, 40, 30);
    let stored = upload(&app.owner(), "company", &[("company_id", LOCATION)], jpeg).await.status(200);
    let group = &stored.data()["image_group"];
    assert_eq!(
        (&stored.data()["image_binded"], &group["images"]["basic"]["type"]),
        (&json!(true), &json!("jpeg"))
    );
    let listed = app.partner().get(&format!("/api/v1/companies?id={LOCATION}")).await.ok();
    let address = &group["images"]["basic"]["path"];
    assert_eq!(
        (&listed.items()[0]["photos"], &listed.items()[0]["company_photos"]),
        (&json!([address]), &json!([address]))
    );
    let served = app.nobody().get(&path(group, "basic")).await.status(200);
    assert_eq!(served.header("content-type"), "image/jpeg");
}

#[testkit::test]
async fn a_picture_of_a_team_member_belongs_to_his_location(app: App) {
    let png = || picture(ImageFormat::Png, 4, 4);
    for entity in ["master", "team_member", "%22master%22"] {
        let stored = upload(&app.owner(), entity, &[("master_id", 1001)], png()).await.status(200);
        assert_eq!(stored.data()["image_group"]["entity_id"], 1001);
    }
    upload(&app.owner(), "master", &[("master_id", 1101)], png()).await.status(404);
    upload(&app.owner(), "master", &[("master_id", 9)], png()).await.status(404);
    upload(&app.staff(&["master_edit"]).await, "master", &[("master_id", 1002)], png()).await.status(200);
    upload(&app.staff(&["settings_basis_access"]).await, "master", &[("master_id", 1002)], png())
        .await
        .status(403);
    assert_eq!(app.count("image_groups").await, 4);
}

#[testkit::test]
async fn what_is_no_picture_is_refused(app: App) {
    let owner = app.owner();
    let at = [("company_id", LOCATION)];
    let mut cut = picture(ImageFormat::Png, 100, 100);
    cut.truncate(60);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
    let html = b"<script>alert(1)</script>".to_vec();
    for content in [Vec::new(), cut, svg, html, b"GIF89a\x01\x00\x01\x00".to_vec()] {
        let answer = upload(&owner, "company", &at, content).await.status(422);
        assert_eq!(answer.fields(), ["image"]);
    }
    let post = |parts: Vec<Part>| {
        let owner = owner.clone();
        async move { owner.multipart(Method::POST, "/api/v1/images/company", &parts).await.status(422) }
    };
    assert_eq!(post(vec![Part::field("company_id", LOCATION)]).await.fields(), ["image"]);
    assert_eq!(
        post(vec![Part::file("image", "a.png", picture(ImageFormat::Png, 1, 1))]).await.fields(),
        ["company_id"]
    );
    assert_eq!(post(vec![Part::field("company_id", "x")]).await.fields(), ["company_id"]);
    let json = owner.post("/api/v1/images/company", json!({"company_id": LOCATION})).await.status(422);
    assert_eq!(json.fields(), ["image"]);
    upload(&owner, "company", &at, vec![0; 10 * 1024 * 1024 + 1]).await.status(413);
    upload(&owner, "company", &at, vec![0; 13 * 1024 * 1024]).await.status(413);
    upload(&owner, "nothing", &at, picture(ImageFormat::Png, 1, 1)).await.status(404);
    let broken = [("content-type", "multipart/form-data")];
    owner.raw(Method::POST, "/api/v1/images/company", &broken, "x").await.status(400);
    assert_eq!((app.count("image_groups").await, app.count("audit").await), (0, 0));
}

#[testkit::test]
async fn pictures_of_others_are_out_of_reach(app: App) {
    let png = || picture(ImageFormat::Png, 4, 4);
    upload(&app.owner(), "company", &[("company_id", STRANGER_LOCATION)], png()).await.status(404);
    upload(&app.stranger(), "company", &[("company_id", LOCATION)], png()).await.status(404);
    upload(&app.staff(&[]).await, "company", &[("company_id", LOCATION)], png()).await.status(403);
    upload(&app.partner(), "company", &[("company_id", LOCATION)], png()).await.status(401);
    let (_, editor) = make::staff(&app, LOCATION, &["settings_services_edit_image_access"]).await;
    upload(&editor, "company", &[("company_id", LOCATION)], png()).await.status(403);
    upload(&editor, "service", &[("company_id", LOCATION)], png()).await.status(200);
    for way_out in
        ["/uploads/../key", "/uploads/..%2Fkey.png", "/uploads/%2E%2E/x.png", "/uploads/", "/uploads/x.exe"]
    {
        app.nobody().get(way_out).await.status(404);
    }
}
