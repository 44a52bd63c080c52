import { memo } from 'react';
import { isRunning, type Turn } from '../chat/chat-state.ts';
import { languageOf, type PageLanguage } from '../words/language.ts';
import type { Words } from '../words/words.ts';
import { AnswerText } from './answer-text.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { ProductCards } from './product-cards.tsx';
import { ToolChips } from './tool-chips.tsx';
import { TurnDetails } from './turn-details.tsx';

export interface TurnViewProps {
  turn: Turn;
  say: Words;
  language: PageLanguage;
  isConnected: boolean;
  /** Null where asking again would reorder the conversation. */
  onAskAgain: ((turn: Turn) => void) | null;
}

/** One question and its answer. Turns that are over are never rendered again. */
export const TurnView = memo(function TurnView({ turn, say, language, isConnected, onAskAgain }: TurnViewProps) {
  const askAgain = onAskAgain && (() => onAskAgain(turn));
  const isAnswering = isRunning(turn);
  const isThinking = isAnswering && turn.text === '' && turn.tools.every(({ state }) => state !== 'started');

  return (
    <article className="turn">
      <div className="question" lang={languageOf(turn.question)}>
        <span className="visually-hidden" lang={language}>
          {say.you}:{' '}
        </span>
        <p>{turn.question}</p>
      </div>
      {/* The status line says when an answer starts and ends; its words are not read out one by one. */}
      <div className="answer" aria-busy={isAnswering} aria-live={isAnswering ? 'off' : undefined}>
        <span className="visually-hidden">MangaAssist: </span>
        <ToolChips tools={turn.tools} say={say} />
        {turn.text !== '' && (
          <div lang={languageOf(turn.text)}>
            <AnswerText text={turn.text} isPartial={turn.phase !== 'complete'} say={say} />
          </div>
        )}
        <ProductCards products={turn.products} say={say} language={language} />
        {isThinking && <p className="thinking">{isConnected || turn.phase === 'answering' ? say.thinking : say.waitingForConnection}</p>}
        {turn.phase === 'stopped' && (
          <div className="stopped">
            <p>{say.stopped}</p>
            {askAgain && (
              <button type="button" onClick={askAgain}>
                {say.askAgain}
              </button>
            )}
          </div>
        )}
        {turn.failure && <FailureNotice failure={turn.failure} say={say} onAskAgain={askAgain} />}
        {turn.degraded && <p className="note">{say.degraded(turn.answeredBy)}</p>}
        {turn.lookupsFailed && <p className="note">{say.lookupsFailed}</p>}
        {turn.stopReason && <StopReason reason={turn.stopReason} say={say} />}
        {!isAnswering && <TurnDetails turn={turn} say={say} language={language} />}
      </div>
    </article>
  );
});

/** Bedrock's words for an answer that did not end by itself. */
function StopReason({ reason, say }: { reason: string; say: Words }) {
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return <p className="note">{say.cutShort}</p>;
  if (reason === 'guardrail_intervened' || reason === 'content_filtered' || reason === 'refusal') return <p className="note">{say.withheld}</p>;
  return null;
}
