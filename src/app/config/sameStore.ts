/** Whether two places are one store: what is said of a store holds however that is named. */
import { isLoopback } from '../../base/loopback.ts';
import { isFile } from '../../data/place.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A file by its full path, or a server by its address. */
export type StoreAddress =
  | { readonly kind: string; readonly path: string }
  | (Address & { readonly kind: 'matrixone' });

/** Whether two addresses are of one server. */
export const isSameServer = (a: Address, b: Address): boolean =>
  a.port === b.port && (a.host.toLowerCase() === b.host.toLowerCase() || (isLoopback(a.host) && isLoopback(b.host)));

/** `realPath`: of a file that need not be there yet, with every link followed. */
export function isSameStore(a: StoreAddress, b: StoreAddress, realPath: (file: string) => string): boolean {
  if (isFile(a)) return isFile(b) && realPath(a.path) === realPath(b.path);
  return !isFile(b) && isSameServer(a, b);
}
