/** The environment variables that hold the password of a connection, and the server it is for. */

/** The name in capitals, with `_` for what a shell does not take. */
const suffixOf = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

/** `DELTATRAIN_PASSWORD_` and the connection's name. */
export const passwordVariable = (name: string): string => `DELTATRAIN_PASSWORD_${suffixOf(name)}`;

/** `DELTATRAIN_HOST_` and the connection's name: `host:port`. */
export const hostVariable = (name: string): string => `DELTATRAIN_HOST_${suffixOf(name)}`;
