//! Keyed 32-bit hashing, for permutations that are computed, not stored.

/// Two words of a key.
pub(super) type Pair = [u32; 2];

/// Hashes `x` under a key: an affine map, then the 32-bit finaliser of
/// MurmurHash3 (A. Appleby, public domain), of whose output each bit depends on
/// each of its input.
#[inline(always)]
pub(super) fn hash(x: u32, [factor, addend]: Pair) -> u32 {
    let mut h = x.wrapping_mul(factor | 1).wrapping_add(addend);
    h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
    h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    h ^ (h >> 16)
}
