/** A connection as it is written down, and where it leads. */
import { isFile } from '../../data/place.ts';
import { defaultUser } from '../../app/config/connectionUri.ts';
import type { ConnectionConfig } from '../../app/config/config.ts';
import type { Home } from './homes.ts';
import { storePath } from './paths.ts';

/** A file, by its full path, or a server, by whoever logs in there: a secret is for exactly one of these. */
export type StorePlace =
  | { readonly kind: string; readonly path: string }
  | { readonly kind: 'matrixone'; readonly host: string; readonly port: number; readonly user: string };

/** Where a server is, without the password. */
export type ServerPlace = Exclude<StorePlace, { readonly path: string }>;

/** A connection by its name in this window. That it is listed does not mean that it is open: see `Session`. */
export interface Connection {
  /** What it is called in this window: `name`, or `folder › name` when there are several folders. */
  readonly id: string;
  /** What it is called where it is written down. */
  readonly name: string;
  /** Whose file names it; null: the user's settings. */
  readonly home: Home | null;
  readonly config: ConnectionConfig;
  readonly place: StorePlace;
}

/** `folder`: where paths start; null where they are full already. */
export function storePlaceOf(config: ConnectionConfig, folder: string | null): StorePlace {
  if (isFile(config))
    return { kind: config.kind, path: folder === null ? config.path : storePath(folder, config.path) };
  return { kind: 'matrixone', host: config.host, port: config.port, user: config.user ?? defaultUser };
}

/** A path, or `host:port`. */
export const placeText = (place: StorePlace): string => (isFile(place) ? place.path : `${place.host}:${place.port}`);

/** `db1:6001 as ml`. */
export const loginText = (place: Pick<ServerPlace, 'host' | 'port' | 'user'>): string =>
  `${place.host}:${place.port} as ${place.user}`;

/** Equal for the same file, and for the same login of the same server. */
export const placeKey = (place: StorePlace): string =>
  isFile(place) ? place.path : JSON.stringify([place.kind, place.host, place.port, place.user]);

/** True while nothing that matters to an open connection was changed where it is written down. */
export const isSameConnection = (a: Connection, b: Connection): boolean =>
  a.id === b.id && placeKey(a.place) === placeKey(b.place) && JSON.stringify(a.config) === JSON.stringify(b.config);
