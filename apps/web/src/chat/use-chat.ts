import { useEffect, useSyncExternalStore } from 'react';
import type { ChatSession } from './chat-session.ts';
import type { ChatState } from './chat-state.ts';

/** The chat's state; connected while the component is on the page. */
export function useChat(session: ChatSession): ChatState {
  useEffect(() => {
    session.connect();
    const reconnect = (): void => {
      // The browser knows that the network is back before the backoff does.
      if (session.snapshot().connection.kind === 'waiting') session.connect();
    };
    window.addEventListener('online', reconnect);
    return () => {
      window.removeEventListener('online', reconnect);
      session.close();
    };
  }, [session]);
  return useSyncExternalStore(session.subscribe, session.snapshot);
}
