// URIs of MatrixOne servers: every part in and out again, and no password in anything that is said or printed.
import { describe, expect, it } from 'vitest';
import { parseConnectionUri, printConnectionUri } from '../../../src/app/config/connectionUri.ts';
import { Failure } from '../../../src/base/failure.ts';

const plain = {
  host: 'db1',
  port: 6001,
  user: null,
  password: null,
  database: null,
  tls: 'preferred',
} as const;

const failureOf = (text: string): string => {
  try {
    parseConnectionUri(text);
  } catch (error) {
    if (Failure.is(error, 'usage.wrong')) return error.message;
    throw error;
  }
  throw new Error('It was read.');
};

describe('connection URIs', () => {
  it.each([
    ['mysql://db1', {}],
    ['  MySQL://db1/ \n', {}],
    ['mysql://db1:', {}],
    ['mysql://db1:7001/risk', { port: 7001, database: 'risk' }],
    ['mysql://ml@10.0.0.5:6001/risk?tls=required', { host: '10.0.0.5', user: 'ml', database: 'risk', tls: 'required' }],
    ['mysql://ml:s3cret@db1/risk?tls=off', { user: 'ml', password: 's3cret', database: 'risk', tls: 'off' }],
    ['mysql://ml:@db1', { user: 'ml', password: '' }],
    ['mysql://acme%3Aml:pw@db1', { user: 'acme:ml', password: 'pw' }],
    ['mysql://acme%3Aml%3Aowner@db1', { user: 'acme:ml:owner' }],
    ['mysql://acme#ml:pw@db1', { user: 'acme#ml', password: 'pw' }],
    ['mysql://ml:p@ss/w:rd?#@db1/risk', { user: 'ml', password: 'p@ss/w:rd?#', database: 'risk' }],
    ['mysql://ml:p%40ss%25@db1', { user: 'ml', password: 'p@ss%' }],
    ['mysql://ml@[fe80::1]:6002/a%2Fb', { host: 'fe80::1', port: 6002, user: 'ml', database: 'a/b' }],
    ['mysql+pymysql://root:111@127.0.0.1:6001/t', { host: '127.0.0.1', user: 'root', password: '111', database: 't' }],
  ])('reads %s', (text, parts) => {
    expect(parseConnectionUri(text)).toEqual({ ...plain, ...parts });
  });

  it.each([
    [{ ...plain }, 'mysql://db1:6001'],
    [{ ...plain, user: 'acme:ml', tls: 'required' as const }, 'mysql://acme%3Aml@db1:6001?tls=required'],
    [{ ...plain, host: 'fe80::1', user: 'a#b', database: 'x/y' }, 'mysql://a%23b@[fe80::1]:6001/x%2Fy'],
  ])('prints what it reads again: %o', (uri, text) => {
    expect(printConnectionUri(uri)).toBe(text);
    expect(parseConnectionUri(text)).toEqual(uri);
  });

  it('prints no password', () => {
    expect(printConnectionUri(parseConnectionUri('mysql://ml:s3cret@db1'))).toBe('mysql://ml@db1:6001');
  });

  it.each([
    ['postgres://ml:s3cret@db1', 'starts with mysql://'],
    ['mysql://ml:s3cret@', 'names no host'],
    ['mysql://ml:s3cret@db1:70000', 'There is no port 70000'],
    ['mysql://ml:s3cret@db1:port', 'The host in the URI cannot be read'],
    ['mysql://ml:s3cret@db1:0', 'There is no port 0'],
    ['mysql://ml:s3cret@fe80::1', 'IPv6 address in [brackets]'],
    ['mysql://ml:s3cret@db1/a/b', 'one database'],
    ['mysql://ml:s3cret@db1?tls=maybe', 'off, preferred or required'],
    ['mysql://ml:s3cret@db1?charset=utf8', '"charset"'],
    ['mysql://ml:s3cret%@db1', '%25'],
  ])('says what is wrong with %s, without its password', (text, part) => {
    const message = failureOf(text);
    expect(message).toContain(part);
    expect(message).not.toContain('s3cret');
  });
});
