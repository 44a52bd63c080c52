import { isIP } from 'node:net';
import { isPublicAddress, Networks } from './address-rules.ts';
import type { CallbackPolicy } from './callback-policy.ts';

/** Why an address cannot be called, as a sentence for whoever gave it. */
export interface UrlRefusal {
  reason: 'length' | 'characters' | 'form' | 'scheme' | 'user-info' | 'fragment' | 'port' | 'address' | 'reserved-name';
  message: string;
}

const MESSAGES: Readonly<Record<UrlRefusal['reason'], string>> = {
  length: 'must be at most 2,048 characters long',
  characters: 'must hold no spaces, control characters or backslashes',
  form: 'must be an absolute URL such as https://shop.example/hooks',
  scheme: 'must begin with https://',
  'user-info': 'must hold no user name or password',
  fragment: 'must have no fragment (#…)',
  port: 'must use port 443',
  address: 'must name a host; IP addresses are not called',
  'reserved-name': 'must name a host of the public internet',
};

const MOST_CHARACTERS = 2_048;
/** Names that are resolved inside networks or not at all (RFC 6761, 6762, 7686, 8375), and what cloud metadata services answer to. */
const RESERVED = /\.(local|internal|localhost|localdomain|home\.arpa|test|example|invalid|onion|arpa|lan|intranet|corp|home|private)$/i;
const AWS_INSIDE = /(^|\.)(metadata|execute-api-internal|vpce)\b.*\.amazonaws\.com(\.cn)?$/i;
/** What a developer's own machine may have and the public internet may not. */
const LOCAL_REASONS: ReadonlySet<UrlRefusal['reason']> = new Set(['scheme', 'port', 'address', 'reserved-name']);

export type CallbackTarget = { refusal: UrlRefusal } | { refusal?: undefined; url: URL; mustBeLocal: boolean };

/** What is wrong with an address that webhooks are to go to, before any look-up. Undefined: nothing. */
export function checkCallbackUrl(url: string, policy: CallbackPolicy): UrlRefusal | undefined {
  return callbackTarget(url, policy).refusal;
}

/** Also says whether the address is only good for the policy's own networks: then every address it resolves to must lie in them. */
export function callbackTarget(text: string, policy: CallbackPolicy): CallbackTarget {
  const refused = (reason: UrlRefusal['reason']): CallbackTarget => ({ refusal: { reason, message: MESSAGES[reason] } });
  if (text.length > MOST_CHARACTERS) return refused('length');
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/u.test(text)) return refused('characters');
  if (!URL.canParse(text)) return refused('form');
  const url = new URL(text);
  // `127.0.0.1..` is no IPv4 address to the parser, and may be one to whoever is asked for it.
  if (hostOf(url).split('.').includes('')) return refused('form');
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?#]*@/i.test(text)) return refused('user-info');
  if (text.includes('#')) return refused('fragment');

  const reason = notPublic(text, url, policy);
  if (reason === undefined) return { url, mustBeLocal: false };
  const isLocal = LOCAL_REASONS.has(reason) && isForOwnNetworks(text, url, new Networks(policy.allowedNetworks));
  return isLocal ? { url, mustBeLocal: true } : refused(reason);
}

function notPublic(text: string, url: URL, { ports }: CallbackPolicy): UrlRefusal['reason'] | undefined {
  // WHATWG's parser forgives `https:host` and `https:///host`; we don't.
  if (!/^https:\/\/[^/?#]/i.test(text)) return 'scheme';
  if (!ports.includes(Number(url.port || 443))) return 'port';
  const host = hostOf(url);
  if (isIP(host) !== 0) return 'address';
  if (!host.includes('.') || RESERVED.test(`.${host}`) || AWS_INSIDE.test(host)) return 'reserved-name';
  return undefined;
}

function isForOwnNetworks(text: string, url: URL, networks: Networks): boolean {
  if (networks.isEmpty || !/^https?:\/\/[^/?#]/i.test(text)) return false;
  const host = hostOf(url);
  return isIP(host) === 0 || networks.has(host);
}

/** The host as a resolver takes it: no brackets, no dot at the end. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** Whether a socket may be opened to this address for that target. */
export function mayConnect(address: string, mustBeLocal: boolean, policy: CallbackPolicy): boolean {
  return (!mustBeLocal && isPublicAddress(address)) || new Networks(policy.allowedNetworks).has(address);
}
