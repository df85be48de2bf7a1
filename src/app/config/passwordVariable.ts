/** The environment variable that holds the password of a connection. */

export const passwordVariable = (name: string): string =>
  `DELTATRAIN_PASSWORD_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
