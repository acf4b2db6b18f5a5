//! Short lists of positions, kept where they are used.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Positions that are held in place.
const FEW: usize = 6;

/// A list of positions. A short one lies inside the operation that reads it: a
/// plan has thousands of them, each read once a block, and every look elsewhere
/// waits for the memory.
#[derive(Clone)]
pub(crate) enum List {
    Few(u8, [u32; FEW]),
    Many(Arc<[u32]>),
}

impl Deref for List {
    type Target = [u32];
    #[inline(always)]
    fn deref(&self) -> &[u32] {
        match self {
            Self::Few(len, all) => &all[..*len as usize],
            Self::Many(all) => all,
        }
    }
}

impl From<Vec<u32>> for List {
    fn from(all: Vec<u32>) -> Self {
        if all.len() > FEW {
            return Self::Many(all.into());
        }
        let mut few = [0; FEW];
        few[..all.len()].copy_from_slice(&all);
        Self::Few(all.len() as u8, few)
    }
}

impl FromIterator<u32> for List {
    fn from_iter<I: IntoIterator<Item = u32>>(all: I) -> Self {
        all.into_iter().collect::<Vec<_>>().into()
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
