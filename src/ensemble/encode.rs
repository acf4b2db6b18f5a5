//! Numbers as bytes: little-endian, sealed with checksums.

use crate::fnv::Fnv;
use std::io::{self, Read, Write};

/// Bytes that are gathered before they are hashed and written.
const BUFFER: usize = 1 << 16;

/// Writes numbers and hashes what it writes.
pub(super) struct Writer<'a> {
    to: &'a mut dyn Write,
    hash: Fnv,
    buffer: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(to: &'a mut dyn Write) -> Self {
        Self { to, hash: Fnv::default(), buffer: Vec::with_capacity(BUFFER) }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() < BUFFER { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hash.add(&self.buffer);
        self.to.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    pub(super) fn u32(&mut self, x: u32) -> io::Result<()> {
        self.bytes(&x.to_le_bytes())
    }

    pub(super) fn f64(&mut self, x: f64) -> io::Result<()> {
        self.bytes(&x.to_bits().to_le_bytes())
    }

    /// A whole number, seven bits a byte, lowest first (LEB128).
    pub(super) fn count(&mut self, mut x: u64) -> io::Result<()> {
        let (mut bytes, mut len) = ([0; 10], 0);
        while x >= 0x80 {
            bytes[len] = x as u8 | 0x80;
            (x, len) = (x >> 7, len + 1);
        }
        bytes[len] = x as u8;
        self.bytes(&bytes[..=len])
    }

    /// Counts, a run of zeros as a zero and how many more follow.
    pub(super) fn counts(&mut self, counts: &[u64]) -> io::Result<()> {
        let mut at = 0;
        while let Some(x) = counts.get(at) {
            self.count(*x)?;
            at += 1;
            if *x == 0 {
                let more = counts[at..].iter().take_while(|x| **x == 0).count();
                self.count(more as u64)?;
                at += more;
            }
        }
        Ok(())
    }

    /// Adds the checksum of all that was written so far, other checksums apart.
    /// What is not sealed may not have been written.
    pub(super) fn seal(&mut self) -> io::Result<()> {
        self.flush()?;
        let hash = self.hash.value();
        self.to.write_all(&hash.to_le_bytes())
    }
}

/// Why bytes cannot be read.
#[derive(Debug)]
pub(super) enum Fault {
    /// The disk failed.
    Io(io::Error),
    /// They are not what was written.
    Damaged(&'static str),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too early"),
            _ => Self::Io(error),
        }
    }
}

/// Reads what a [`Writer`] wrote. Whatever the bytes, it does not panic, and it
/// takes no more memory than the caller expects or the bytes fill.
pub(super) struct Reader<R> {
    from: R,
    hash: Fnv,
}

impl<R: Read> Reader<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, hash: Fnv::default() }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes)?;
        self.hash.add(&bytes);
        Ok(bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Result<f64, Fault> {
        self.array().map(|bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }

    pub(super) fn count(&mut self) -> Result<u64, Fault> {
        let mut x = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            x |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(x);
            }
        }
        Err(Fault::Damaged("a number is too long"))
    }

    pub(super) fn vec(&mut self, len: u64) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        self.from.by_ref().take(len).read_to_end(&mut bytes)?;
        self.hash.add(&bytes);
        match bytes.len() as u64 == len {
            true => Ok(bytes),
            false => Err(Fault::Damaged("it ends too early")),
        }
    }

    pub(super) fn counts(&mut self, counts: &mut [u64]) -> Result<(), Fault> {
        let mut at = 0;
        while at < counts.len() {
            counts[at] = self.count()?;
            at += 1;
            if counts[at - 1] == 0 {
                let more = self.count()?;
                if more > (counts.len() - at) as u64 {
                    return Err(Fault::Damaged("there are too many zeros"));
                }
                let end = at + more as usize;
                counts[at..end].fill(0);
                at = end;
            }
        }
        Ok(())
    }

    /// Checks the checksum of all that was read so far.
    pub(super) fn sealed(&mut self) -> Result<(), Fault> {
        let hash = self.hash.value();
        let mut found = [0; 8];
        self.from.read_exact(&mut found)?;
        match u64::from_le_bytes(found) == hash {
            true => Ok(()),
            false => Err(Fault::Damaged("the checksum is not that of the content")),
        }
    }

    /// Checks that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        match self.from.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(Fault::Damaged("something follows its end")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_count_is_as_long_as_it_must_be() {
        for (x, bytes) in [(0, &[0][..]), (127, &[127]), (128, &[128, 1]), (300, &[172, 2])] {
            let mut found = Vec::new();
            let mut to = Writer::new(&mut found);
            to.count(x).expect("memory");
            to.flush().expect("memory");
            assert_eq!(found, bytes, "{x}");
        }
        // One bit more than 64.
        let long = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2];
        assert!(matches!(Reader::new(&long[..]).count(), Err(Fault::Damaged(_))));
    }

    proptest! {
        /// What was written is read; nothing shorter or with a changed byte is.
        #[test]
        fn numbers_survive_and_damage_is_found(
            counts in prop::collection::vec(prop_oneof![3 => Just(0), 2 => any::<u64>()], 0..40),
            x in any::<u64>(),
            name in ".{0,8}",
            at in any::<prop::sample::Index>(),
            flip in 1_u8..=255,
        ) {
            let mut bytes = Vec::new();
            let mut to = Writer::new(&mut bytes);
            to.count(name.len() as u64).expect("memory");
            to.bytes(name.as_bytes()).expect("memory");
            to.counts(&counts).expect("memory");
            to.f64(f64::from_bits(x)).expect("memory");
            to.seal().expect("memory");
            let read = |bytes: &[u8]| {
                let mut from = Reader::new(bytes);
                let mut found = vec![7; counts.len()];
                let len = from.count()?;
                let name = from.vec(len)?;
                from.counts(&mut found)?;
                let x = from.f64()?.to_bits();
                from.sealed()?;
                from.end()?;
                Ok::<_, Fault>((name, found, x))
            };
            prop_assert_eq!(read(&bytes).ok(), Some((name.clone().into_bytes(), counts.clone(), x)));
            let at = at.index(bytes.len());
            prop_assert!(read(&bytes[..at]).is_err());
            bytes[at] ^= flip;
            prop_assert!(read(&bytes).is_err());
            bytes[at] ^= flip;
            bytes.push(flip);
            prop_assert!(read(&bytes).is_err());
        }

        /// Any bytes at all.
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut from = Reader::new(&bytes[..]);
            let _ = from.count().and_then(|len| from.vec(len));
            let _ = from.counts(&mut [0; 50]);
            let _ = from.sealed();
        }
    }
}
