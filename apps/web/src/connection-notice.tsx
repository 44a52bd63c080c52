import type { ConnectionState } from './chat/chat-state.ts';
import type { Words } from './words/words.ts';

/** Nothing while all is well. */
export function ConnectionNotice({ connection, say, onReconnect }: { connection: ConnectionState; say: Words; onReconnect(): void }) {
  return (
    <div className={`connection is-${connection.kind}`} role="status">
      {connection.kind === 'connecting' && <p>{say.connection.connecting}</p>}
      {connection.kind === 'waiting' && <p>{say.connection.waiting}</p>}
      {connection.kind === 'closed' && (
        <p>
          {say.connection.closed[connection.reason]}{' '}
          <button type="button" onClick={onReconnect}>
            {say.connection.reconnect}
          </button>
        </p>
      )}
    </div>
  );
}
