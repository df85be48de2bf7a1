/** Messages of Protocol Buffers as bytes (the wire format, proto2/3): as much of it as an ONNX file needs, written only. */

const texts = new TextEncoder();

/** A whole number from 0 on, 7 bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** A message that grows by its fields, in the order in which they are put. */
export class Message {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  #put(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** `value`: whole, from 0 on. */
  int(field: number, value: number): this {
    this.#put(Uint8Array.from([...varint(field * 8), ...varint(value)]));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#put(Uint8Array.from([...varint(field * 8 + 2), ...varint(value.length)]));
    this.#put(value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, texts.encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.done());
  }

  /** A list of whole numbers from 0 on, packed. */
  ints(field: number, values: Iterable<number>): this {
    const all: number[] = [];
    for (const value of values) for (const byte of varint(value)) all.push(byte);
    return this.bytes(field, Uint8Array.from(all));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#put(Uint8Array.from(varint(field * 8 + 5)));
    this.#put(bytes);
    return this;
  }

  /** All of it. */
  done(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let place = 0;
    for (const part of this.#parts) {
      all.set(part, place);
      place += part.length;
    }
    return all;
  }
}
