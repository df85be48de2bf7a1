/**
 * Which ways of logging in may have the password. Over an open line none that gives it away: a key that came over the same line
 * may be anybody's, so what is encrypted with it is as good as said aloud.
 */
import { createHash } from 'node:crypto';
import type { ConnectionOptions } from 'mysql2';
import { isLoopback } from '../../../base/loopback.ts';
import { Failure } from '../../../base/failure.ts';
import { labelOf, type ServerOptions } from './serverOptions.ts';

type Ways = NonNullable<ConnectionOptions['authPlugins']>;
type Way = Ways[string];

const scrambleBytes = 20;
/** What the server adds to a login: it knew the token, or it wants the password itself. */
const knewIt = 3;

const sha256 = (...pieces: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};

/** The answer to a challenge, which does not give the password away. */
function tokenOf(password: string, scramble: Buffer): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = sha256(Buffer.from(password));
  const mixed = sha256(sha256(once), scramble);
  return Buffer.from(once.map((byte, i) => byte ^ (mixed[i] ?? 0)));
}

/** The driver's own ways where the line is encrypted or never leaves this machine; undefined then. */
export function safeWays(options: ServerOptions, encrypted: boolean): Ways | undefined {
  if (encrypted || isLoopback(options.host)) return undefined;
  const refusal = (method: string): Failure =>
    new Failure('store.openLine', {
      store: labelOf(options),
      method,
      tls: options.tls === 'off' ? 'off' : 'preferred',
    });
  const never =
    (method: string): Way =>
    () =>
    () => {
      throw refusal(method);
    };
  const onlyTheToken: Way = () => {
    let challenged = false;
    return (said) => {
      if (challenged) {
        if (said.length === 1 && said[0] === knewIt) return null;
        throw refusal('caching_sha2_password');
      }
      challenged = true;
      return tokenOf(options.password ?? '', said.subarray(0, scrambleBytes));
    };
  };
  return {
    caching_sha2_password: onlyTheToken,
    sha256_password: never('sha256_password'),
    mysql_clear_password: never('mysql_clear_password'),
  };
}
