/** What can be expected to go wrong with a store or the way to it: a part of the table in `failure.ts`, whose form it has. */

/** Each code with the data it carries and its sentence. */
export const storeFailures = {
  'store.unreachable': { say: (d: { store: string; reason: string }) => `Cannot open ${d.store}: ${d.reason}` },
  'store.denied': { say: (d: { store: string; reason: string }) => `${d.store} refused: ${d.reason}` },
  'store.readOnly': { say: (d: { store: string }) => `${d.store} is read-only, so nothing was changed.` },
  'store.locked': {
    say: (d: { store: string }) =>
      `${d.store} is locked by another program that writes to it. Close that program's transaction and try again.`,
  },
  'store.full': { say: (d: { store: string }) => `${d.store} cannot grow: the disk is full. Nothing was changed.` },
  'store.notAStore': {
    say: (d: { store: string }) =>
      `${d.store} is not a DeltaTrain store, so it was left untouched. Choose another path.`,
  },
  'store.damaged': {
    say: (d: { store: string; detail: string; backup: string | null }) =>
      `${d.store} is damaged (${d.detail}). ${d.backup === null ? 'There is no backup beside it.' : `Its last backup is ${d.backup}.`}`,
  },
  'store.newer': {
    say: (d: { store: string; version: number; known: number }) =>
      `${d.store} was written by a newer DeltaTrain (format ${d.version}; this one knows ${d.known}). Update DeltaTrain to open it.`,
  },
  /** Only where others share it: whoever writes says yes first. */
  'registry.older': {
    say: (d: { store: string; version: number; known: number }) =>
      `${d.store} is of an older DeltaTrain (format ${d.version}; this one writes ${d.known}). Moving it forward keeps all that is in it, but from then on everybody who shares it needs this version.`,
  },
  'store.unsupported': { say: (d: { what: string; hint?: string }) => `${d.what}${d.hint ? ` ${d.hint}` : ''}` },
  'store.noSqlite': {
    say: (d: { node: string }) =>
      `This Node (${d.node}) has no node:sqlite that gives rows as arrays. Use Node 22.16 or newer, or VS Code 1.106 or newer.`,
  },
  'store.lost': {
    /** `what`: what was under way and may have been done; it is done wholly or not at all. */
    say: (d: { store: string; what?: string }) =>
      d.what === undefined
        ? `The process that served ${d.store} ended. It is started again on the next request.`
        : `The process that served ${d.store} ended, and ${d.what} was under way and may have run. Look before you run it again.`,
  },
  'store.unsure': {
    say: (d: { table: string; snapshot: string; reason: string }) =>
      `"${d.snapshot}" of ${d.table} can no longer be trusted: ${d.reason}. Create a new snapshot.`,
  },
  'store.wrongPassword': {
    say: (d: { store: string; user: string; hint?: string }) =>
      `${d.store} refused the password of ${d.user}.${d.hint ? ` ${d.hint}` : ''}`,
  },
  'store.noTls': {
    say: (d: { store: string }) =>
      `${d.store} does not offer TLS, and this connection requires it. Switch TLS on at the server, or set it to "preferred" or "off" here.`,
  },
  'store.openLine': {
    say: (d: { store: string; method: string; tls: 'off' | 'preferred' }) =>
      `${d.store} asks for the password itself (${d.method}), and the connection to it is not encrypted, so it was not sent. ${
        d.tls === 'off'
          ? 'TLS is off here'
          : 'TLS is "preferred" here, which goes on unencrypted where the server offers none'
      }: set "tls": "required" and switch TLS on at the server, or let the user log in by mysql_native_password.`,
  },
  'store.flooded': {
    say: (d: { store: string; most: string; what: 'login' | 'columns' | 'row' | 'answer' }) =>
      `${d.store} sent more than ${d.most} ${
        {
          login: 'before the login was over',
          columns: 'before the first row',
          row: 'in one row',
          answer: 'where a short answer was expected',
        }[d.what]
      }, so the connection was closed. Check that it is a MatrixOne server.`,
  },
  'store.badCertificate': {
    say: (d: { store: string; reason: string }) =>
      `The certificate of ${d.store} cannot be trusted: ${d.reason}. Give the certificate of its authority (CA), or correct the host name.`,
  },
  'store.notMatrixone': {
    say: (d: { store: string; found: string }) =>
      `${d.store} is not a MatrixOne server (${d.found}). Check the host and the port; MatrixOne's is usually 6001.`,
  },
  'store.timeout': {
    say: (d: { store: string; seconds: number }) =>
      `${d.store} did not answer within ${d.seconds} s, so the statement was stopped. Ask for less, or raise the connection's time limit.`,
  },
  /**
   * A cancel (`seconds` null) or a time-out came after something was sent that changes data. `done`: a look afterwards found it
   * done; `kept`: the snapshot that holds what was there before.
   */
  'write.unsure': {
    say: (d: { store: string; what: string; seconds: number | null; done: boolean; kept: string | null }) => {
      const came = d.done ? `${d.what} was done` : `${d.what} was sent and may have run`;
      const kept = d.kept === null ? '' : ` What was before is kept as ${d.kept}.`;
      const look = d.done || d.kept !== null ? '' : ' Look before you run it again.';
      return `${d.seconds === null ? 'Cancelled too late' : `${d.store} did not answer within ${d.seconds} s`}: ${came}.${kept}${look}`;
    },
  },
  /** `mayHaveRun`: what was sent changes data, and nobody knows whether it did. */
  'store.disconnected': {
    say: (d: { store: string; mayHaveRun: boolean; reason: string }) =>
      `The connection to ${d.store} was lost (${d.reason}). ${d.mayHaveRun ? 'The statement may have run: look before you run it again.' : 'Nothing was changed: run it again.'}`,
  },
  'scratch.left': {
    say: (d: { store: string; databases: string }) =>
      `A scratch database could not be dropped from ${d.store}: ${d.databases}. It holds a copy of a version that was compared; the next comparison after six hours drops it, or DROP DATABASE now.`,
  },
  'store.askedForFile': {
    say: (d: { store: string; file: string }) =>
      `${d.store} asked for the file ${d.file}, which no statement offered. Nothing was sent, and the connection was closed: do not trust this server.`,
  },
  'store.overloaded': {
    say: (d: { store: string; reason: string }) =>
      `${d.store} has no memory left for this statement (${d.reason}). Ask for less, or try again later.`,
  },
} as const;
