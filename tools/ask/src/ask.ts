import { randomUUID } from 'node:crypto';
import type { ServerFrame } from '@manga-assist/schemas/chat';
import type { AnswerPrinter } from './answer-printer.ts';
import { AskError, EXIT } from './exit-codes.ts';
import { GatewayConnection } from './gateway-connection.ts';
import type { AskOptions } from './options.ts';

const LAST_FRAMES: ReadonlySet<ServerFrame['type']> = new Set(['complete', 'turn.cancelled', 'error']);

/** Asks one question and shows its answer. Gives the exit code; `stopped` fires when the person has had enough. */
export async function ask(options: AskOptions, printer: AnswerPrinter, stopped: AbortSignal): Promise<number> {
  const gateway = await GatewayConnection.open(options.url, options.apiKey);
  let turnId: string | undefined;
  const cancel = (): void => {
    if (turnId === undefined) gateway.close();
    else gateway.send({ type: 'chat.cancel', turn_id: turnId });
  };
  stopped.addEventListener('abort', cancel);
  try {
    for await (const frame of gateway.frames()) {
      if (frame.type === 'hello') gateway.send(question(options));
      if (frame.type === 'hello' || frame.type === 'reconnect' || frame.type === 'pong') continue;
      if (frame.type === 'turn.started') turnId = frame.turn_id;
      printer.show(frame);
      if (frame.type === 'error') throw new AskError(EXIT.failed, `${frame.message} (${frame.code})`);
      if (LAST_FRAMES.has(frame.type)) return frame.type === 'complete' ? EXIT.answered : EXIT.stopped;
    }
  } finally {
    stopped.removeEventListener('abort', cancel);
    gateway.close();
  }
  if (stopped.aborted) return EXIT.stopped;
  throw new AskError(EXIT.failed, 'The chat gateway closed the connection before the answer was whole.');
}

function question({ question: text, model, language, conversation }: AskOptions): object {
  return { type: 'chat.send', client_message_id: randomUUID(), conversation_id: conversation ?? null, text, model, language };
}
