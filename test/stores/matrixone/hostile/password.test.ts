// A server that asks for the password in every way the protocol knows: over an open line it never gets it.
import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { ServerOptions } from '../../../../src/stores/matrixone/login/serverOptions.ts';
import { openPeer } from '../peer.ts';
import { okBody } from '../replay/packets.ts';
import { elsewhere, type Hostile, openHostile, ownKey, type Script, secret, type Victim } from './hostileServer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function hostile(script: Script): Promise<Hostile> {
  const server = await openHostile(script);
  closing.push(() => server.close());
  return server;
}

async function failureOf(options: ServerOptions): Promise<Failure> {
  const error = await openServer(options).then(
    async (server) => {
      await server.close();
      return new Error('It was opened.');
    },
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

const switchTo = (method: string): Buffer =>
  Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${method}\0`), Buffer.from(`${'s'.repeat(20)}\0`)]);
const more = (...bytes: readonly (number | Buffer)[]): Buffer =>
  Buffer.concat([Buffer.from([1]), ...bytes.map((one) => (typeof one === 'number' ? Buffer.from([one]) : one))]);

/** "I do not know you: say the password", and a key for it as soon as it is asked for. */
const fullLogin = (victim: Victim, body: Buffer, nth: number, first: number): void => {
  if (nth === first) victim.say(more(4));
  else if (body.length === 1) victim.say(more(ownKey));
  else if (nth > first) victim.say(okBody);
};

/** Greets with it; a client that does not begin with it is told to switch. */
const keyAtOnce: Script = {
  method: 'caching_sha2_password',
  hear: (victim, { body }, nth) => {
    if (nth === 0 && !body.includes('caching_sha2_password')) victim.say(switchTo('caching_sha2_password'));
    else if (nth < 2 && body.length > 1) victim.say(more(4));
    else fullLogin(victim, body, nth, 0);
  },
};

const asking: readonly (readonly [string, Script])[] = [
  ['its own key, in the way it greeted with', keyAtOnce],
  [
    'its own key, after a switch to it',
    {
      hear: (victim, { body }, nth) =>
        nth === 0 ? victim.say(switchTo('caching_sha2_password')) : fullLogin(victim, body, nth, 1),
    },
  ],
  [
    'a greeting that knows no way of ours, then a switch',
    {
      method: 'made_up',
      hear: (victim, { body }, nth) =>
        nth === 0 ? victim.say(switchTo('caching_sha2_password')) : fullLogin(victim, body, nth, 1),
    },
  ],
  [
    'its own key unasked',
    {
      method: 'caching_sha2_password',
      hear: (victim, _, nth) =>
        nth < 2 ? victim.say(nth === 0 ? switchTo('caching_sha2_password') : more(ownKey)) : undefined,
    },
  ],
  [
    'sha256_password in the greeting',
    {
      method: 'sha256_password',
      hear: (victim, { body }, nth) =>
        nth === 0 ? victim.say(switchTo('sha256_password')) : victim.say(body.length === 1 ? more(ownKey) : okBody),
    },
  ],
  [
    'sha256_password after a switch',
    {
      hear: (victim, { body }, nth) =>
        nth === 0 ? victim.say(switchTo('sha256_password')) : victim.say(body.length === 1 ? more(ownKey) : okBody),
    },
  ],
  [
    'mysql_clear_password in the greeting',
    {
      method: 'mysql_clear_password',
      hear: (victim, _, nth) => nth === 0 && victim.say(switchTo('mysql_clear_password')),
    },
  ],
  [
    'mysql_clear_password after a switch',
    { hear: (victim, _, nth) => nth === 0 && victim.say(switchTo('mysql_clear_password')) },
  ],
  [
    'one way after the other',
    {
      hear: (victim, { body }, nth) => {
        const ways = ['mysql_native_password', 'mysql_native_password', 'caching_sha2_password'];
        const way = ways[nth];
        if (way !== undefined) victim.say(switchTo(way));
        else fullLogin(victim, body, nth, ways.length);
      },
    },
  ],
];

describe.each(asking)('%s', (_, script) => {
  test.each(['preferred', 'off'] as const)(
    'over an open line: it hears no password, and is told why (tls: %s)',
    async (tls) => {
      const server = await hostile(script);
      const failure = await failureOf({ ...server.options, tls });
      expect(server.heard.length).toBeGreaterThan(0);
      expect(server.knows(secret)).toBe(false);
      expect(failure.code).toBe('store.openLine');
      expect(failure.message).toContain('"tls": "required"');
      await expect.poll(() => server.open).toBe(0);
    },
  );

  test('where TLS is required it is not even told the user', async () => {
    const server = await hostile(script);
    expect((await failureOf({ ...server.options, tls: 'required' })).code).toBe('store.noTls');
    expect(server.heard).toEqual([]);
  });
});

describe('what goes on as before', () => {
  test('on this machine itself a key may come over the line', async () => {
    const server = await hostile(keyAtOnce);
    const opened = await openServer({ ...server.options, host: '127.0.0.1' });
    closing.push(() => opened.close());
    expect(server.knows(secret)).toBe(true);
  });

  test('mysql_native_password, which only answers a challenge', async () => {
    const logins: Buffer[] = [];
    const peer = await openPeer({ answer: () => false, onLogin: (body) => logins.push(body) });
    closing.push(() => peer.close());
    const server = await openServer({ ...peer.options, host: elsewhere, password: secret, tls: 'preferred' });
    closing.push(() => server.close());
    expect(server.isEncrypted).toBe(false);
    expect(Buffer.concat(logins).includes(secret)).toBe(false);
  });

  test('caching_sha2_password where the server knows the answer to its challenge', async () => {
    let nth = 0;
    const peer = await openPeer({
      answer: () => false,
      login: (line) => {
        line.onPiece = (_, number) => {
          line.onPiece = null;
          line.from(number + 1).send(more(3));
          line.ok();
        };
        nth++;
        line.send(switchTo('caching_sha2_password'));
      },
    });
    closing.push(() => peer.close());
    const server = await openServer({ ...peer.options, host: elsewhere, password: secret });
    closing.push(() => server.close());
    expect(nth).toBe(1);
  });
});

test('"off" and "preferred" are called what they are in the refusal', async () => {
  const server = await hostile(keyAtOnce);
  expect((await failureOf({ ...server.options, tls: 'off' })).message).toContain('TLS is off here');
  expect((await failureOf({ ...server.options, tls: 'preferred' })).message).toContain(
    'TLS is "preferred" here, which goes on unencrypted where the server offers none',
  );
});
