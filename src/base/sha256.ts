/** SHA-256, synchronously and with the same digest in every host of ours. */
import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The digest as 64 lower-case hex digits; text is taken as UTF-8. */
export function sha256(input: Uint8Array | string): string {
  return bytesToHex(digest(typeof input === 'string' ? new TextEncoder().encode(input) : input));
}
