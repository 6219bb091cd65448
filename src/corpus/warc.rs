//! WARC (ISO 28500, versions 0.17 to 1.1): what a crawler kept of the web, record by record.
//!
//! Articles are in `response` records with a page in them, and in `resource` and `conversion`
//! records, which hold a page without HTTP headers. Requests, metadata and pages that were seen
//! before are passed over unread. The date of capture is no date of publication and stays out.

use super::http::{Capture, Headers, Records};
use super::sniff::Head;
use super::{Input, ReadError, Reader, Sink};

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
        let mut records = Records::new(input);
        let mut line = Vec::new();
        while records.line(&mut line)? {
            if !line.starts_with(VERSION) {
                // Records end with two empty lines.
                if !line.trim_ascii().is_empty() {
                    records.lose("its length is wrong, or the file is damaged");
                }
                continue;
            }
            records.number += 1;
            let Some(header) = read_header(&mut records, &mut line)? else {
                records.lose("the file ends within its header");
                break;
            };
            let length = header.get("content-length").map(str::parse::<u64>);
            let Some(Ok(length)) = length else {
                records.lose("no usable Content-Length");
                continue;
            };
            let capture = Capture {
                url: header.get("warc-target-uri").unwrap_or(""),
                moment: header.get("warc-date").unwrap_or(""),
                media: header.get("content-type").unwrap_or(""),
                block: &[],
            };
            if !records.block(length, holds_page(&header), capture, sink)? {
                break;
            }
        }
        records.finish(input);
        Ok(())
    }
}

/// The header below a version line, up to the empty line after it. `None` where the file ends.
fn read_header(records: &mut Records, line: &mut Vec<u8>) -> Result<Option<Headers>, ReadError> {
    let mut header = std::mem::take(line);
    while records.line(line)? {
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
