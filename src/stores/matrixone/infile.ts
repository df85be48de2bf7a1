/** What LOAD DATA LOCAL sends: the pieces of one statement's own source, and nothing else that a server may ask for. */
import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { Failure } from '../../base/failure.ts';

const pieceBytes = 1 << 20;

/** An empty piece would end the file, so there is none. */
async function* piecesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const bytes of source)
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      const length = Math.min(pieceBytes, bytes.length - from);
      yield Buffer.from(bytes.buffer, bytes.byteOffset + from, length);
    }
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

  /** True when the stream was given and its end was not reached: the rest of it is on the way, or never comes. */
  get isCut(): boolean {
    return this.#stream !== null && !this.#stream.readableEnded;
  }

  /** Stops reading the source. */
  close(): void {
    this.#source = null;
    this.#stream?.destroy();
  }
}
