import { useCallback, useRef, useState } from 'react';
import type { ChatSession } from './chat/chat-session.ts';
import { isRunning, modelNamed, type ModelAlias, type Turn } from './chat/chat-state.ts';
import { useChat } from './chat/use-chat.ts';
import { Composer } from './composer/composer.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { ConversationLog } from './conversation-log.tsx';
import { PageHeader } from './page-header.tsx';
import { TurnStatus } from './turn-status.tsx';
import { remember, remembered } from './words/remembered.ts';
import { usePageLanguage } from './words/use-page-language.ts';

const MODEL_KEY = 'manga-assist.model';

/** The shopper's chat page. */
export function App({ session }: { session: ChatSession }) {
  const chat = useChat(session);
  const page = usePageLanguage();
  const [model, setModel] = useState<ModelAlias>(() => modelNamed(remembered(MODEL_KEY)));
  const { say, language } = page;
  const field = useRef<HTMLTextAreaElement>(null);
  const last = chat.turns.at(-1);
  const isAnswering = last !== undefined && isRunning(last);

  const chooseModel = (chosen: ModelAlias): void => {
    remember(MODEL_KEY, chosen);
    setModel(chosen);
  };
  const startOver = (): void => {
    session.startOver();
    field.current?.focus();
  };
  const ask = (question: string): void => session.ask(question, model);
  const askAgain = useCallback((turn: Turn) => session.askAgain(turn), [session]);

  return (
    <div className="page">
      <PageHeader {...page} onNewConversation={last ? startOver : null} />
      <main className="chat">
        <ConversationLog chat={chat} say={say} language={language} onAskAgain={askAgain} onStarter={ask} />
        <TurnStatus turn={last} say={say} />
        <ConnectionNotice connection={chat.connection} say={say} onReconnect={() => session.connect()} />
        <Composer
          say={say}
          field={field}
          model={model}
          isAnswering={isAnswering}
          isStopping={isAnswering && last.stopRequested}
          onSend={ask}
          onStop={() => session.stop()}
          onModel={chooseModel}
        />
      </main>
    </div>
  );
}
