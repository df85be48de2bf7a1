/** A connection as it is written down. */
import type { ConnectionConfig } from '../app/config.ts';
import type { Home } from './homes.ts';

export interface Connection {
  /** What it is called in this window: `name`, or `folder › name` when there are several folders. */
  readonly id: string;
  /** What it is called where it is written down. */
  readonly name: string;
  /** Whose file names it; null: the user's settings. */
  readonly home: Home | null;
  readonly config: ConnectionConfig;
  /** Full path of an embedded store; null for a server. */
  readonly path: string | null;
}
