/** The environment variable that holds the password of a connection. */

/** `DELTATRAIN_PASSWORD_` and the connection's name in capitals, with `_` for what a shell does not take. */
export const passwordVariable = (name: string): string =>
  `DELTATRAIN_PASSWORD_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
