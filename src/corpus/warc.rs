//! WARC (ISO 28500, versions 0.17 to 1.1): what a crawler kept of the web, record by record.
//!
//! Articles are in `response` records with a page in them, and in `resource` and `conversion`
//! records, which hold a page without HTTP headers. Requests, metadata and pages that were seen
//! before are passed over unread. The date of capture is no date of publication and stays out.

use std::io::BufRead;
use std::ops::ControlFlow;

use super::http::{Block, Capture, Headers, read_line};
use super::sniff::Head;
use super::{BadRecords, Input, ReadError, Reader, Sink};

/// Reads WARC files.
pub struct Warc;

const VERSION: &[u8] = b"WARC/";
/// No real record has a longer header, in bytes.
const LONGEST_HEADER: usize = 1024 * 1024;

impl Reader for Warc {
    fn name(&self) -> &'static str {
        "warc"
    }

    fn sniff(&self, head: &Head) -> u8 {
        match head.bytes.strip_prefix(VERSION) {
            Some([b'0'..=b'9', b'.', ..]) => 100,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let mut records = input.bytes();
        let (budget, limit) = (input.budget(), input.limits.document);
        let renew = || budget.renew();
        let broken = |error| ReadError::Broken(format!("cannot read: {error}"));
        let mut bad = BadRecords::default();
        let (mut number, mut lost) = (0, false);
        let mut line = Vec::new();
        loop {
            renew();
            if !read_line(&mut records, &mut line).map_err(broken)? {
                break;
            }
            if !line.starts_with(VERSION) {
                // Records end with two empty lines. Anything else is noted once, up to the next
                // record.
                if !lost && !line.trim_ascii().is_empty() {
                    lost = true;
                    bad.add(number.max(1), "its length is wrong, or the file is damaged");
                }
                continue;
            }
            number += 1;
            let Some(header) = read_header(&mut records, &mut line).map_err(broken)? else {
                bad.add(number, "the file ends within its header");
                break;
            };
            let length = header.get("content-length").map(str::parse::<u64>);
            let Some(Ok(length)) = length else {
                lost = true;
                bad.add(number, "no usable Content-Length");
                continue;
            };
            lost = false;
            let wanted = holds_page(&header);
            let fits = length <= limit;
            if wanted && !fits {
                bad.add(number, "larger than the limit");
            }
            renew();
            match Block::read(&mut records, length, wanted && fits, &renew).map_err(broken)? {
                Block::Whole(block) => {
                    let capture = Capture {
                        url: header.get("warc-target-uri").unwrap_or(""),
                        moment: header.get("warc-date").unwrap_or(""),
                        media: header.get("content-type").unwrap_or(""),
                        block: &block,
                    };
                    match capture.article(limit) {
                        Ok(Some(article)) => {
                            if let ControlFlow::Break(()) = sink.article(article) {
                                break;
                            }
                        }
                        Ok(None) => {}
                        Err(why) => bad.add(number, why),
                    }
                }
                Block::Passed => {}
                Block::Cut(_) => bad.add(number, "the file ends within it"),
            }
        }
        input.fine_when_empty = number > 0;
        input.trouble = bad.reason("record");
        Ok(())
    }
}

/// The header below a version line, up to the empty line after it. `None` where the file ends.
fn read_header(records: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<Option<Headers>> {
    let mut header = std::mem::take(line);
    while read_line(records, line)? {
        if line.trim_ascii().is_empty() {
            return Ok(Some(Headers::parse(&header)));
        }
        if header.len() < LONGEST_HEADER {
            header.extend_from_slice(line);
        }
    }
    Ok(None)
}

/// Whether a record may hold a page. Where a page is in several records, only the first is taken
/// for one: it begins as a page does.
fn holds_page(header: &Headers) -> bool {
    let kind = header.get("warc-type").unwrap_or("").to_ascii_lowercase();
    let media = header
        .get("content-type")
        .unwrap_or("")
        .to_ascii_lowercase();
    match kind.as_str() {
        "response" => true,
        "resource" | "conversion" => {
            media.starts_with("text/html")
                || media.starts_with("text/plain")
                || media.starts_with("application/xhtml+xml")
        }
        _ => false,
    }
}
