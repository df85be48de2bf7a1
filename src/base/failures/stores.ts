/** What can go wrong with a store or the way to it. */
import { later, say, together } from '../say.ts';

/** What a server sent too much of. */
const floods = {
  login: later(
    '{0} sent more than {1} before the login was over, so the connection was closed. Check that it is a MatrixOne server.',
  ),
  columns: later(
    '{0} sent more than {1} before the first row, so the connection was closed. Check that it is a MatrixOne server.',
  ),
  row: later('{0} sent more than {1} in one row, so the connection was closed. Check that it is a MatrixOne server.'),
  answer: later(
    '{0} sent more than {1} where a short answer was expected, so the connection was closed. Check that it is a MatrixOne server.',
  ),
} as const;

/** What became of the file of a store that is open. */
const changes = {
  deleted: later('{0} was deleted since it was opened.'),
  replaced: later('{0} was replaced by another file since it was opened.'),
  truncated: later('{0} was cut short since it was opened.'),
  overwritten: later('{0} was written over since it was opened.'),
} as const;

/** The codes of this part of the table, the data each carries, and its sentence. */
export const storeFailures = {
  'store.unreachable': {
    /** `inUse`: it is open, and the file system failed under it. `hint`: what else can be done, a sentence. */
    say: (d: { store: string; reason: string; inUse?: boolean; hint?: string }) =>
      d.inUse === true
        ? say(
            '{0} could not be read or written ({1}). What was not finished was not done. Look at the drive, then try again.',
            d.store,
            d.reason,
          )
        : d.hint === undefined
          ? say('Cannot open {0}: {1}', d.store, d.reason)
          : say('Cannot open {0}: {1}. {2}', d.store, d.reason, d.hint),
  },
  'store.denied': { say: (d: { store: string; reason: string }) => say('{0} refused: {1}', d.store, d.reason) },
  'store.readOnly': { say: (d: { store: string }) => say('{0} is read-only, so nothing was changed.', d.store) },
  'store.locked': {
    say: (d: { store: string }) =>
      say(
        "{0} is locked by another program that writes to it. Close that program's transaction and try again.",
        d.store,
      ),
  },
  'store.full': {
    say: (d: { store: string }) => say('{0} cannot grow: the disk is full. Nothing was changed.', d.store),
  },
  'store.notAStore': {
    say: (d: { store: string }) =>
      say('{0} is not a DeltaTrain store, so it was left untouched. Choose another path.', d.store),
  },
  /** Also where an older version of it came back, or it was written over in its place. */
  'store.replaced': {
    say: (d: { store: string; change: keyof typeof changes }) =>
      together(say(changes[d.change], d.store), say('Nothing was read or written. Open it again.')),
  },
  'store.damaged': {
    say: (d: { store: string; detail: string; backup: string | null }) =>
      together(
        say('{0} is damaged ({1}).', d.store, d.detail),
        d.backup === null ? say('There is no backup beside it.') : say('Its last backup is {0}.', d.backup),
      ),
  },
  'store.newer': {
    say: (d: { store: string; version: number; known: number }) =>
      say(
        '{0} was written by a newer DeltaTrain (format {1}; this one knows {2}). Update DeltaTrain to open it.',
        d.store,
        d.version,
        d.known,
      ),
  },
  /** What was not moved is only read. */
  'store.notMoved': {
    say: (d: { store: string; reason: string }) =>
      together(
        say('{0} is of an older version and could not get the form of this one, so it is only read.', d.store),
        d.reason,
      ),
  },
  /** Only where others share it: whoever writes says yes first. */
  'registry.older': {
    say: (d: { store: string; version: number; known: number }) =>
      say(
        '{0} is of an older DeltaTrain (format {1}; this one writes {2}). Moving it forward keeps all that is in it, but from then on everybody who shares it needs this version.',
        d.store,
        d.version,
        d.known,
      ),
  },
  'store.unsupported': { say: (d: { what: string; hint?: string }) => together(d.what, d.hint) },
  'store.noSqlite': {
    say: (d: { node: string }) =>
      say(
        'This Node ({0}) has no node:sqlite that gives rows as arrays. Use Node 22.16 or newer, or VS Code 1.106 or newer.',
        d.node,
      ),
  },
  'store.lost': {
    /** `what`: what was under way and may have been done; it is done wholly or not at all. */
    say: (d: { store: string; what?: string }) =>
      d.what === undefined
        ? say('The process that served {0} ended. It is started again on the next request.', d.store)
        : say(
            'The process that served {0} ended, and {1} was under way and may have run. Look before you run it again.',
            d.store,
            d.what,
          ),
  },
  'spool.lost': {
    say: (d: { store: string }) =>
      say('These rows went with the process that served {0}. Run the statement, or open the delta, again.', d.store),
  },
  'store.unsure': {
    say: (d: { table: string; snapshot: string; reason: string }) =>
      say('"{0}" of {1} can no longer be trusted: {2}. Create a new snapshot.', d.snapshot, d.table, d.reason),
  },
  'store.wrongPassword': {
    say: (d: { store: string; user: string; hint?: string }) =>
      together(say('{0} refused the password of {1}.', d.store, d.user), d.hint),
  },
  'store.noTls': {
    say: (d: { store: string }) =>
      say(
        '{0} does not offer TLS, and this connection requires it. Switch TLS on at the server, or set it to "preferred" or "off" here.',
        d.store,
      ),
  },
  'store.openLine': {
    say: (d: { store: string; method: string; tls: 'off' | 'preferred' }) =>
      together(
        say(
          '{0} asks for the password itself ({1}), and the connection to it is not encrypted, so it was not sent.',
          d.store,
          d.method,
        ),
        d.tls === 'off'
          ? say(
              'TLS is off here: set "tls": "required" and switch TLS on at the server, or let the user log in by mysql_native_password.',
            )
          : say(
              'TLS is "preferred" here, which goes on unencrypted where the server offers none: set "tls": "required" and switch TLS on at the server, or let the user log in by mysql_native_password.',
            ),
      ),
  },
  'store.flooded': {
    say: (d: { store: string; most: string; what: 'login' | 'columns' | 'row' | 'answer' }) =>
      say(floods[d.what], d.store, d.most),
  },
  'store.badCertificate': {
    say: (d: { store: string; reason: string }) =>
      say(
        'The certificate of {0} cannot be trusted: {1}. Give the certificate of its authority (CA), or correct the host name.',
        d.store,
        d.reason,
      ),
  },
  'store.notMatrixone': {
    say: (d: { store: string; found: string }) =>
      say(
        "{0} is not a MatrixOne server ({1}). Check the host and the port; MatrixOne's is usually 6001.",
        d.store,
        d.found,
      ),
  },
  'store.timeout': {
    say: (d: { store: string; seconds: number }) =>
      say(
        "{0} did not answer within {1} s, so the statement was stopped. Ask for less, or raise the connection's time limit.",
        d.store,
        d.seconds,
      ),
  },
  /**
   * A cancel (`seconds` null) or a time-out came after something was sent that changes data. `done`: a look afterwards found it
   * done; `kept`: the snapshot that holds what was there before.
   */
  'write.unsure': {
    say: (d: { store: string; what: string; seconds: number | null; done: boolean; kept: string | null }) => {
      const came = d.done ? say('{0} was done', d.what) : say('{0} was sent and may have run', d.what);
      return together(
        d.seconds === null
          ? say('Cancelled too late: {0}.', came)
          : say('{0} did not answer within {1} s: {2}.', d.store, d.seconds, came),
        d.kept !== null && say('What was before is kept as {0}.', d.kept),
        !d.done && d.kept === null && say('Look before you run it again.'),
      );
    },
  },
  /** `mayHaveRun`: what was sent changes data, and nobody knows whether it did. */
  'store.disconnected': {
    say: (d: { store: string; mayHaveRun: boolean; reason: string }) =>
      together(
        say('The connection to {0} was lost ({1}).', d.store, d.reason),
        d.mayHaveRun
          ? say('The statement may have run: look before you run it again.')
          : say('Nothing was changed: run it again.'),
      ),
  },
  'scratch.left': {
    say: (d: { store: string; databases: string }) =>
      say(
        'A scratch database could not be dropped from {0}: {1}. It holds a copy of a version that was compared; the next comparison after six hours drops it, or DROP DATABASE now.',
        d.store,
        d.databases,
      ),
  },
  'scratch.leftRows': {
    say: (d: { store: string; tables: string }) =>
      say(
        'A scratch table of a load could not be dropped from {0}: {1}. It holds rows that were to be loaded; the next load into that database that ends early drops it, or DROP TABLE now.',
        d.store,
        d.tables,
      ),
  },
  'store.askedForFile': {
    say: (d: { store: string; file: string }) =>
      say(
        '{0} asked for the file {1}, which no statement offered. Nothing was sent, and the connection was closed: do not trust this server.',
        d.store,
        d.file,
      ),
  },
  'store.overloaded': {
    say: (d: { store: string; reason: string }) =>
      say('{0} has no memory left for this statement ({1}). Ask for less, or try again later.', d.store, d.reason),
  },
} as const satisfies Record<string, { say: (d: never) => string }>;
