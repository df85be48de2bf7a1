/** What LOAD DATA LOCAL sends: the pieces of one statement's own source, and nothing else that a server may ask for. */
import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { Failure } from '../../../base/failure.ts';

const pieceBytes = 1 << 18;

/** Pieces of one size, whatever the source gives: each is a packet, and an empty one would end the file. */
async function* piecesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let kept: Buffer[] = [];
  let length = 0;
  for await (const bytes of source) {
    kept.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    length += bytes.byteLength;
    if (length < pieceBytes) continue;
    const whole = Buffer.concat(kept);
    let from = 0;
    for (; length - from >= pieceBytes; from += pieceBytes) yield whole.subarray(from, from + pieceBytes);
    kept = [whole.subarray(from)];
    length -= from;
  }
  if (length > 0) yield Buffer.concat(kept);
}

/** The source of one statement, given out once. */
export class Infile {
  #source: AsyncIterable<Uint8Array> | null;
  readonly #label: string;
  readonly #onBroken: (error: unknown) => void;
  #stream: Readable | null = null;

  /** `onBroken` must close the connection: a file that merely ends would be loaded as far as it came. */
  constructor(source: AsyncIterable<Uint8Array> | undefined, label: string, onBroken: (error: unknown) => void) {
    this.#source = source ?? null;
    this.#label = label;
    this.#onBroken = onBroken;
  }

  /** Answers the server's request for a file. What this throws closes the connection before a byte is sent. */
  open(file: string): Readable {
    const source = this.#source;
    this.#source = null;
    if (source === null) throw new Failure('store.askedForFile', { store: this.#label, file: JSON.stringify(file) });
    this.#stream = Readable.from(this.#guarded(source), { objectMode: false, highWaterMark: pieceBytes });
    return this.#stream;
  }

  async *#guarded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    try {
      yield* piecesOf(source);
    } catch (error) {
      this.#onBroken(error);
      // Neither an end nor an error: the driver would tell the server that the file is complete.
      await new Promise(() => undefined);
    }
  }

  /** True once the server was given a stream. */
  get isOpen(): boolean {
    return this.#stream !== null;
  }

  /** Stops reading the source. */
  close(): void {
    this.#source = null;
    this.#stream?.destroy();
  }
}
