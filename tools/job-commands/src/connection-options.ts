import { CommandError, EXIT } from './exit-codes.ts';

export interface ConnectionOptions {
  url: string;
  apiKey: string;
}

/** Where the environment says the REST API is, or else where `npm start` puts it with the same variables. */
export function usualUrl({ REST_API_URL: url, REST_API_PORT: port, PORT_OFFSET: offset }: Readonly<Record<string, string | undefined>>): string {
  return url || `http://127.0.0.1:${Number(port || 3000) + Number(offset || 0)}`;
}

/** Throws `CommandError` for an address or a key that cannot be one. */
export function checkedConnection({ url, apiKey }: ConnectionOptions): ConnectionOptions {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new CommandError(EXIT.usage, `error: ${url} is no address of a REST API: it must begin with http:// or https://, such as http://127.0.0.1:3000`);
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new CommandError(EXIT.usage, 'error: an API key is made of ASCII letters, digits and punctuation');
  return { url: parsed.href, apiKey };
}

/** A whole number within bounds, for commander. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new CommandError(EXIT.usage, `error: must be a whole number from ${minimum} to ${maximum}`);
  };
}
