import type { ChatAddress } from './chat-connection.ts';

type Fetch = typeof fetch;

/**
 * Asks the store, on the page's own origin, where the gateway is (`/config.json`) and for a ticket
 * (`POST /session/ticket`). The browser never holds an API key.
 */
export class StoreSession {
  readonly #fetch: Fetch;
  #chatUrl: string | null = null;
  #isCustomer = false;

  constructor(fetchFromStore: Fetch = (...request) => fetch(...request)) {
    this.#fetch = fetchFromStore;
  }

  readonly address = async (signal: AbortSignal): Promise<ChatAddress> => {
    this.#chatUrl ??= await this.#readChatUrl(signal);
    return { url: this.#chatUrl, ticket: await this.#openTicket(signal) };
  };

  async #readChatUrl(signal: AbortSignal): Promise<string> {
    const response = await this.#fetch('/config.json', { signal });
    const config: unknown = await response.json();
    const chatUrl = stringIn(config, 'chatUrl');
    if (!chatUrl) throw new Error('config.json names no chatUrl');
    return chatUrl;
  }

  async #openTicket(signal: AbortSignal): Promise<string | null> {
    const response = await this.#fetch('/session/ticket', { method: 'POST', signal });
    const ticket = response.ok ? stringIn(await response.json(), 'ticket') : null;
    if (ticket) {
      this.#isCustomer = true;
      return ticket;
    }
    // A customer never comes back as a guest: a guest could not resume the customer's turn.
    if (this.#isCustomer) throw new Error(`no ticket: ${response.status}`);
    return null;
  }
}

function stringIn(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = (value as Record<string, unknown>)[key];
  return typeof found === 'string' ? found : null;
}
