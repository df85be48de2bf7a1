/** What Parquet packs its pages with: Node's own for gzip, brotli and zstd, hyparquet's for LZ4. */
import type { Compressors } from 'hyparquet';
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** No page becomes larger than the file says. */
const most = (outputLength: number): { maxOutputLength: number } => ({ maxOutputLength: Math.max(outputLength, 1) });

export const compressors: Compressors = {
  GZIP: (input, outputLength) => gunzipSync(input, most(outputLength)),
  BROTLI: (input, outputLength) => brotliDecompressSync(input, most(outputLength)),
  ZSTD: (input, outputLength) => zstdDecompressSync(input, most(outputLength)),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};
