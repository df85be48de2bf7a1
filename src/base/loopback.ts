/** Whether a host is this machine: what is sent there crosses no network. */

/** By its name or address as it is written; a name that only happens to lead here is none. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);
