//! ARC (versions 1 and 2): what the Internet Archive's crawlers wrote before WARC.
//!
//! A record is one line, `URL IP-address date media-type length` in version 1 and with five fields
//! more before the length in version 2, and then that many bytes of what the server sent. The
//! first record describes the file.

use super::http::{Capture, Records};
use super::sniff::Head;
use super::{Input, ReadError, Reader, Sink};

/// Reads ARC files.
pub struct Arc;

const FIRST: &[u8] = b"filedesc://";

impl Reader for Arc {
    fn name(&self) -> &'static str {
        "arc"
    }

    fn sniff(&self, head: &Head) -> u8 {
        if head.bytes.starts_with(FIRST) {
            100
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let mut records = Records::new(input);
        let mut line = Vec::new();
        while records.line(&mut line)? {
            let text = String::from_utf8_lossy(&line);
            if text.trim().is_empty() {
                continue;
            }
            let Some(record) = Record::parse(&text) else {
                records.lose("its length is wrong, or the file is damaged");
                continue;
            };
            records.number += 1;
            let Some(length) = record.length else {
                records.lose("no usable length");
                continue;
            };
            let is_page = ["text/html", "text/plain", "application/xhtml"]
                .iter()
                .any(|media| record.media.starts_with(media));
            let wanted = is_page && !line.starts_with(FIRST);
            let capture = Capture {
                url: record.url,
                moment: record.moment,
                media: record.media,
                block: &[],
            };
            if !records.block(length, wanted, capture, sink)? {
                break;
            }
        }
        records.finish(input);
        Ok(())
    }
}

/// The line that begins a record.
struct Record<'a> {
    url: &'a str,
    moment: &'a str,
    media: &'a str,
    length: Option<u64>,
}

impl<'a> Record<'a> {
    /// Fields are counted from the end, as an address may hold spaces. `None` where the line is
    /// none that begins a record.
    fn parse(line: &'a str) -> Option<Self> {
        let line = line.trim_end();
        let scheme = line.split_once(':')?.0;
        if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        // Version 1 has three fields between address and length, version 2 eight.
        [5, 10].into_iter().find_map(|fields| {
            let parts: Vec<&str> = line.rsplitn(fields, ' ').collect();
            let [length, .., media, moment, address, url] = parts.as_slice() else {
                return None;
            };
            let is_moment = (8..=20).contains(&moment.len())
                && moment.bytes().all(|byte| byte.is_ascii_digit());
            let is_address = address.contains(['.', ':']) || *address == "-";
            (parts.len() == fields && is_moment && is_address).then(|| Self {
                url,
                moment,
                media,
                length: length.parse().ok(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_and_addresses_with_spaces() {
        for line in [
            "http://tide.example/a b 10.0.0.1 20260301102030 text/html 77\n",
            "http://tide.example/a b 10.0.0.1 20260301102030 text/html 200 abc - 12 file.arc 77\n",
        ] {
            let record = Record::parse(line).unwrap();
            assert_eq!(record.url, "http://tide.example/a b");
            assert_eq!((record.media, record.length), ("text/html", Some(77)));
        }
        assert!(Record::parse("URL IP-address Archive-date Content-type Archive-length").is_none());
        assert!(Record::parse("Note: three boats, 1 0 0 0").is_none());
    }
}
