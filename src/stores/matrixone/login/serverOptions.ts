/** Where a MatrixOne server is, and as whom and how it is spoken to. */

/** Where a server is, and as whom and how it is spoken to. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** `user`, `account:user`, `account#user`, `account:user:role`: sent as it is. */
  readonly user: string;
  readonly password: string | null;
  /** The database of unqualified names. */
  readonly database: string | null;
  /**
   * `preferred` encrypts whenever the server offers it and goes on in plain text when it does not: then only ways of logging in
   * that do not give the password away are taken (`authentication.ts`), except on this machine itself. An offered certificate
   * is checked as under `required`: one that cannot be trusted is a failure, never a reason for plain text.
   */
  readonly tls: 'off' | 'preferred' | 'required';
  /** PEM text of the authority to trust; null: those of the system. */
  readonly ca: string | null;
  /** Seconds without a sign of the server after which a statement is killed. */
  readonly statementTimeoutSeconds: number;
}

/** `host:port`, for sentences. */
export const labelOf = (options: ServerOptions): string =>
  `${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
