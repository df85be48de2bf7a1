/** How a store is reached: it is a file of this machine, or a server. Which backend answers there is asked by who opens it alone. */

/** Kinds of store that are a file: such a one is written `kind:PATH`. */
export const fileKinds = new Set(['embedded']);

/** True of a place that is a file, in whatever words: an address, a configuration, a request to open. */
export const isFile = <Place extends object>(place: Place): place is Extract<Place, { readonly path: string }> =>
  'path' in place;
