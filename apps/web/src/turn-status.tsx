import type { Turn } from './chat/chat-state.ts';
import type { Words } from './words/words.ts';

/** For screen readers: one sentence when an answer starts and one when it ends, never its words. */
export function TurnStatus({ turn, say }: { turn: Turn | undefined; say: Words }) {
  return (
    <p className="visually-hidden" role="status">
      {turn && sentence(turn, say)}
    </p>
  );
}

function sentence({ phase, failure }: Turn, say: Words): string {
  if (phase === 'complete') return say.status.complete;
  if (phase === 'stopped') return say.status.stopped;
  if (failure) return say.errors[failure.code] ?? say.errors.internal;
  return say.status.answering;
}
