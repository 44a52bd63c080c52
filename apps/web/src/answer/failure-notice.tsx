import { useEffect, useState } from 'react';
import type { Failure } from '../chat/chat-state.ts';
import type { Words } from '../words/words.ts';

/** Not retryable as they are, but a new question under a new id can succeed. */
const WORTH_ASKING_AGAIN = new Set(['not_found', 'turn_not_found', 'turn_interrupted', 'resume_failed']);

export function FailureNotice({ failure, say, onAskAgain }: { failure: Failure; say: Words; onAskAgain: (() => void) | null }) {
  const [isTooSoon, setTooSoon] = useState(failure.retryAfterMs > 0);
  useEffect(() => {
    const timer = setTimeout(() => setTooSoon(false), failure.retryAfterMs);
    return () => clearTimeout(timer);
  }, [failure]);

  return (
    <div className="failure">
      <p>{say.errors[failure.code] ?? say.errors.internal}</p>
      {onAskAgain && (failure.retryable || WORTH_ASKING_AGAIN.has(failure.code)) && (
        <button type="button" disabled={isTooSoon} onClick={onAskAgain}>
          {say.askAgain}
        </button>
      )}
    </div>
  );
}
