/** Packets of the MySQL protocol: three bytes of length, one of number, and what is said. */

export interface Packet {
  readonly number: number;
  readonly body: Buffer;
}

const header = 4;
/** A packet of this length goes on in the next one. */
const longest = 0xffffff;

export function packetOf(body: Buffer, number: number): Buffer {
  const start = Buffer.alloc(header);
  start.writeUIntLE(body.length, 0, 3);
  start[3] = number & 255;
  return Buffer.concat([start, body]);
}

export const bodyOf = (packet: Buffer): Buffer => packet.subarray(header);

/** The same packet with another number: an answer counts on from the client's last packet. */
export function numbered(packet: Buffer, number: number): Buffer {
  const copy = Buffer.from(packet);
  if (copy.length >= header) copy[3] = number & 255;
  return copy;
}

/** Bytes that were sent, packet by packet; the last one is short when the sender was cut off in it. */
export function splitPackets(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const whole = at + header <= bytes.length ? header + bytes.readUIntLE(at, 3) : header;
    packets.push(bytes.subarray(at, at + whole));
    at += whole;
  }
  return packets;
}

/** Puts packets together from the pieces in which they arrive, long ones joined under the number of their last part. */
export class PacketReader {
  #pieces: Buffer[] = [];
  #length = 0;
  #needed = header;
  #parts: Buffer[] = [];

  push(piece: Buffer): Packet[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length < this.#needed) return [];
    const packets: Packet[] = [];
    let bytes = Buffer.concat(this.#pieces);
    while (bytes.length >= header && bytes.length >= header + bytes.readUIntLE(0, 3)) {
      const end = header + bytes.readUIntLE(0, 3);
      this.#parts.push(bytes.subarray(header, end));
      if (end < header + longest) {
        packets.push({ number: bytes.readUInt8(3), body: Buffer.concat(this.#parts) });
        this.#parts = [];
      }
      bytes = bytes.subarray(end);
    }
    this.#pieces = [bytes];
    this.#length = bytes.length;
    this.#needed = bytes.length < header ? header : header + bytes.readUIntLE(0, 3);
    return packets;
  }
}

/** What the first packet of an answer, or the answer to a login, is. */
export const mark = { ok: 0x00, infile: 0xfb, error: 0xff } as const;

export const commands = { initDb: 0x02, query: 0x03, ping: 0x0e, quit: 0x01 } as const;

/** An OK that changed nothing, with autocommit on. */
export const okBody = Buffer.from([mark.ok, 0, 0, 2, 0, 0, 0]);

export function errorBody({ errno, sqlState, message }: { errno: number; sqlState: string; message: string }): Buffer {
  const start = Buffer.from([mark.error, errno & 255, errno >> 8]);
  return Buffer.concat([start, Buffer.from(`#${sqlState}${message}`)]);
}

export interface Greeting {
  readonly serverVersion: string;
  readonly threadId: number;
  readonly capabilityFlags: number;
  readonly characterSet: number;
  readonly statusFlags: number;
}

const saltLength = 20;

export function greetingBody({
  serverVersion,
  threadId,
  capabilityFlags,
  characterSet,
  statusFlags,
}: Greeting): Buffer {
  const fixed = Buffer.alloc(31);
  fixed.writeUInt32LE(threadId, 0);
  fixed.fill('s', 4, 12);
  fixed.writeUInt16LE(capabilityFlags & 0xffff, 13);
  fixed.writeUInt8(characterSet, 15);
  fixed.writeUInt16LE(statusFlags, 16);
  fixed.writeUInt16LE(capabilityFlags >>> 16, 18);
  fixed.writeUInt8(saltLength + 1, 20);
  const rest = Buffer.from(`${'s'.repeat(saltLength - 8)}\0mysql_native_password\0`);
  return Buffer.concat([Buffer.from([10]), Buffer.from(`${serverVersion}\0`), fixed, rest]);
}

const idAt = (body: Buffer): number => body.indexOf(0, 1) + 1;

/** The id that KILL takes. */
export const connectionId = (greeting: Buffer): number => greeting.readUInt32LE(idAt(greeting));

export function withConnectionId(greeting: Buffer, id: number): Buffer {
  const copy = Buffer.from(greeting);
  copy.writeUInt32LE(id, idAt(copy));
  return copy;
}

const tls = 0x800;

export const offersTls = (greeting: Buffer): boolean => (greeting.readUInt16LE(idAt(greeting) + 13) & tls) !== 0;
