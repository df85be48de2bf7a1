/** A page of a few bytes may say that it holds any number of values, all of which are in memory at once: what holds too many is refused. */
import type { AsyncBuffer, ColumnMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';

/** Room for the header of a page, with the least and the greatest value of it. */
const headerBytes = 1 << 16;

/**
 * Looks at the headers of a chunk's pages, where it could have one that is too large; `limit.reached` where it has. Nothing is unpacked.
 */
export async function requireSmallPages(file: AsyncBuffer, chunk: ColumnMetaData, where: string): Promise<void> {
  const { most } = limits.pageValues;
  if (chunk.num_values <= most) return;
  let at = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
  const end = at + Number(chunk.total_compressed_size);
  while (at < end) {
    const view = new DataView(await file.slice(at, Math.min(at + headerBytes, end)));
    const reader = { view, offset: 0 };
    const header = parquetHeader(reader);
    const found = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    if (found > most) throw new Failure('limit.reached', { limit: 'pageValues', where, found });
    at += reader.offset + Math.max(0, header.compressed_page_size);
  }
}
