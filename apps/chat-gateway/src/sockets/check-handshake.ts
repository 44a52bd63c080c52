import type { IncomingMessage } from 'node:http';
import { UpgradeRefusal } from './upgrade-refusal.ts';

export const CHAT_PATH = '/v1/chat';
export const CHAT_PROTOCOL = 'mangaassist.v1';
const TICKET = 'ticket.';
/** Sixteen bytes in base64 (RFC 6455). */
const HANDSHAKE_KEY = /^[+/0-9A-Za-z]{22}==$/;
/** Base64url of a ticket; longer ones are none of ours. */
const TICKET_TEXT = /^[A-Za-z0-9_-]{16,512}$/;

/** What a client shows to be let in: at most one of the two. */
export interface OfferedCredential {
  apiKey?: string;
  ticket?: string;
}

export interface Handshake {
  credential: OfferedCredential;
  origin: string | undefined;
}

/** Reads an upgrade request. Throws an `UpgradeRefusal` for whatever is not the opening of a chat. */
export function checkHandshake(request: IncomingMessage, allowedOrigins: readonly string[]): Handshake {
  const { headers } = request;
  if ((request.url ?? '').split('?', 1)[0] !== CHAT_PATH) throw new UpgradeRefusal(404, 'request.not-found', `There is no socket here; the chat is at ${CHAT_PATH}.`);
  if (request.method !== 'GET') throw new UpgradeRefusal(405, 'request.method', 'A socket is opened with GET.', { allow: 'GET' });
  if (headers.upgrade?.toLowerCase() !== 'websocket') throw upgradeRequired();
  if (headers['sec-websocket-version'] !== '13') throw upgradeRequired();
  if (!HANDSHAKE_KEY.test(headers['sec-websocket-key'] ?? '')) throw malformed('The handshake has no valid Sec-WebSocket-Key.');

  const { origin } = headers;
  if (origin !== undefined && !allowedOrigins.includes(origin)) throw new UpgradeRefusal(403, 'chat.origin', 'This origin may not connect.');

  const protocols = protocolsOf(headers['sec-websocket-protocol']);
  const tickets = protocols.filter((protocol) => protocol.startsWith(TICKET)).map((protocol) => protocol.slice(TICKET.length));
  if (protocols.length > 0 && !protocols.includes(CHAT_PROTOCOL)) throw malformed(`The subprotocol is ${CHAT_PROTOCOL}.`);
  return { credential: credentialOf(apiKeyOf(request), tickets), origin };
}

/** What a plain GET is told as well. */
export function upgradeRequired(): UpgradeRefusal {
  return new UpgradeRefusal(426, 'chat.upgrade-required', 'The chat is a WebSocket, version 13.', { upgrade: 'websocket', 'sec-websocket-version': '13' });
}

function protocolsOf(header: string | undefined): string[] {
  if (header === undefined) return [];
  const protocols = header.split(',').map((protocol) => protocol.trim());
  if (new Set(protocols).size < protocols.length) throw malformed('A subprotocol is offered twice.');
  return protocols;
}

function apiKeyOf({ headers }: IncomingMessage): string | undefined {
  const apiKey = headers['x-api-key'];
  if (typeof apiKey === 'string') return apiKey;
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (headers.authorization !== undefined && bearer === undefined) throw unauthenticated();
  return bearer;
}

function credentialOf(apiKey: string | undefined, [ticket, ...more]: readonly string[]): OfferedCredential {
  if (more.length > 0 || (ticket !== undefined && apiKey !== undefined)) throw malformed('Only one credential can be shown.');
  if (apiKey !== undefined) return { apiKey };
  if (ticket === undefined) return {};
  if (!TICKET_TEXT.test(ticket)) throw unauthenticated();
  return { ticket };
}

/** The same for every credential that does not let in: wrong, used up, late, revoked. */
export function unauthenticated(): UpgradeRefusal {
  return new UpgradeRefusal(401, 'chat.unauthenticated', 'The credential does not let in.', { 'www-authenticate': 'Bearer' });
}

function malformed(message: string): UpgradeRefusal {
  return new UpgradeRefusal(400, 'chat.handshake', message);
}
