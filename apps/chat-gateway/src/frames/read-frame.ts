import { parse, type SchemaProblem } from '@manga-assist/schemas';
import { CLIENT_FRAMES, type ClientFrame } from '@manga-assist/schemas/chat';
import type { ChatRefusal } from './chat-refusal.ts';
import { isShallow } from './is-shallow.ts';

export const MOST_FRAME_BYTES = 32_768;
const DEEPEST = 16;
/** A frame with a thousand wrong fields is told about the first few. */
const MOST_PROBLEMS = 5;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export type ReadFrame = { ok: true; frame: ClientFrame } | { ok: false; refusal: ChatRefusal };

/** What a client sent, as one of the protocol's frames or as the reason why it is none. Never throws. */
export function readFrame(data: Buffer, isBinary: boolean): ReadFrame {
  if (isBinary) return refuse({ code: 'unsupported_binary' });
  if (data.length > MOST_FRAME_BYTES) return refuse({ code: 'frame_too_large' });
  const text = data.toString('utf8');
  if (!isShallow(text, DEEPEST)) return refuse({ code: 'invalid_message', message: `The frame is nested more than ${DEEPEST} deep.` });
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return refuse({ code: 'invalid_json' });
  }
  if (message === null || typeof message !== 'object' || Array.isArray(message)) {
    return refuse({ code: 'invalid_message', message: 'A frame is a JSON object.' });
  }
  const { type, client_message_id: id } = message as { type?: unknown; client_message_id?: unknown };
  const known = typeof id === 'string' && UUID.test(id) ? { clientMessageId: id } : {};
  if (typeof type !== 'string' || !Object.hasOwn(CLIENT_FRAMES, type)) return refuse({ code: 'unknown_type', ...known });

  const parsed = parse<ClientFrame>(CLIENT_FRAMES[type as ClientFrame['type']] as new () => ClientFrame, message, { unknownFields: 'refuse' });
  if (parsed.ok) return { ok: true, frame: parsed.value };
  return refuse({ ...refusalOf(message as Record<string, unknown>, parsed.problems), ...known });
}

function refuse(refusal: ChatRefusal): ReadFrame {
  return { ok: false, refusal };
}

/** The codes that say more than `invalid_message`, when the text alone is wrong. */
function refusalOf(message: Readonly<Record<string, unknown>>, problems: readonly SchemaProblem[]): ChatRefusal {
  const { text } = message;
  if (typeof text === 'string' && problems.every(({ path }) => path === 'text')) return text === '' ? { code: 'empty_text' } : { code: 'text_too_long' };
  // Unknown fields are not named: their names are the client's words.
  const named = problems.filter(({ message: problem }) => problem !== 'is not a known field').map(({ path, message: problem }) => `${path} ${problem}`);
  const unknown = named.length < problems.length ? ['unknown fields are not allowed'] : [];
  return { code: 'invalid_message', message: `${[...named.slice(0, MOST_PROBLEMS), ...unknown].join('; ')}.` };
}
