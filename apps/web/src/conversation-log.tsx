import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { TurnView } from './answer/turn-view.tsx';
import { isRunning, type ChatState, type Turn } from './chat/chat-state.ts';
import { Welcome } from './welcome.tsx';
import type { PageLanguage } from './words/language.ts';
import type { Words } from './words/words.ts';

/** Nearer to the end than this, in CSS pixels, the log follows the answer. */
const FOLLOWS_WITHIN_PX = 80;

export interface ConversationLogProps {
  chat: ChatState;
  say: Words;
  language: PageLanguage;
  onAskAgain(turn: Turn): void;
  onStarter(question: string): void;
}

export function ConversationLog({ chat, say, language, onAskAgain, onStarter }: ConversationLogProps) {
  const log = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const last = chat.turns.at(-1);

  const showLatest = (): void => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  };
  const noteScroll = (): void => {
    const element = log.current;
    if (element) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOWS_WITHIN_PX);
  };
  // A new question always comes into view; an answer only while the shopper reads at its end.
  useLayoutEffect(() => {
    if (last) showLatest();
  }, [last?.clientMessageId]);
  useLayoutEffect(() => {
    if (last && isFollowing) showLatest();
  }, [chat.turns, isFollowing]);

  // The button that was pressed goes away: the focus moves to where the answer appears.
  const ask = (question: string): void => {
    onStarter(question);
    log.current?.focus();
  };
  const askAgain = useCallback(
    (turn: Turn): void => {
      onAskAgain(turn);
      log.current?.focus();
    },
    [onAskAgain],
  );

  return (
    <div className="log-frame">
      <div ref={log} className="log" role="log" aria-label={say.conversation} aria-busy={last !== undefined && isRunning(last)} tabIndex={0} onScroll={noteScroll}>
        <div className="log-page">
          {last ? <h2 className="visually-hidden">{say.conversation}</h2> : <Welcome say={say} onStarter={ask} />}
          {chat.turns.map((turn) => (
            <TurnView
              key={turn.clientMessageId}
              turn={turn}
              say={say}
              language={language}
              isConnected={turn !== last || chat.connection.kind === 'open'}
              onAskAgain={turn === last ? askAgain : null}
            />
          ))}
        </div>
      </div>
      {!isFollowing && (
        <button type="button" className="show-latest" onClick={showLatest}>
          {say.showLatest}
        </button>
      )}
    </div>
  );
}
