//! Large answers in small pieces.
//!
//! What is written to a connection is gathered in a buffer that stays as large as it ever was: after one long list each
//! of thousands of connections would keep hundreds of kilobytes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

/// Answers up to this size, bytes, are written at once.
pub(crate) const LARGE: usize = 64 * 1024;
/// A piece of a larger one.
const PIECE: usize = 16 * 1024;

/// The same answer; its body in pieces, should it be large.
pub(crate) fn sliced(response: Response) -> Response {
    if response.body().size_hint().lower() <= LARGE as u64 {
        return response;
    }
    response.map(|body| Body::new(Sliced { body, rest: Bytes::new() }))
}

struct Sliced {
    body: Body,
    rest: Bytes,
}

impl HttpBody for Sliced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            let next = ready!(Pin::new(&mut self.body).poll_frame(context));
            match next.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let size = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(size);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (own, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(own.lower() + rest);
        if let Some(upper) = own.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGE, PIECE, sliced};
    use axum::body::{Body, HttpBody as _};
    use axum::response::Response;
    use http_body_util::BodyExt as _;

    #[tokio::test]
    async fn large_answers_come_in_pieces_and_whole() {
        let content: Vec<u8> =
            (0..LARGE + PIECE + 7).map(|n| u8::try_from(n % 251).unwrap_or_default()).collect();
        let mut body = sliced(Response::new(Body::from(content.clone()))).into_body();
        let (mut came, mut pieces) = (Vec::new(), 0);
        while let Some(frame) = body.frame().await {
            let left = body.size_hint().exact().expect("the length is known");
            let data = frame.expect("no error").into_data().expect("data");
            assert!(data.len() <= PIECE);
            came.extend_from_slice(&data);
            pieces += 1;
            assert_eq!(left, (content.len() - came.len()) as u64);
        }
        assert_eq!((came, pieces), (content, 6));
        assert!(body.is_end_stream());
    }

    #[tokio::test]
    async fn small_ones_come_at_once() {
        let mut body = sliced(Response::new(Body::from(vec![1; LARGE]))).into_body();
        let first = body.frame().await.expect("a frame").expect("no error").into_data().expect("data");
        assert_eq!(first.len(), LARGE);
    }
}
