import { describe, expect, it } from '@jest/globals';
import { StoreSession } from './store-session.ts';

const signal = new AbortController().signal;

/** Answers /config.json, and /session/ticket with one response after the other. */
function storeWith(...tickets: readonly Response[]): { session: StoreSession; asked: string[] } {
  const asked: string[] = [];
  const left = [...tickets];
  const session = new StoreSession((input) => {
    asked.push(String(input));
    const answer = input === '/config.json' ? Response.json({ chatUrl: 'ws://chat.example/v1/chat' }) : left.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('network'));
  });
  return { session, asked };
}

const aTicket = (ticket: string): Response => Response.json({ ticket, expires_in_s: 30 });
const noTicket = (): Response => new Response('{}', { status: 503 });

describe('the session with the store', () => {
  it('finds the gateway once and takes a new ticket for every connection', async () => {
    const { session, asked } = storeWith(aTicket('one'), aTicket('two'));

    expect(await session.address(signal)).toEqual({ url: 'ws://chat.example/v1/chat', ticket: 'one' });
    expect(await session.address(signal)).toEqual({ url: 'ws://chat.example/v1/chat', ticket: 'two' });
    expect(asked).toEqual(['/config.json', '/session/ticket', '/session/ticket']);
  });

  it('goes in as a guest when the store gives no ticket', async () => {
    const { session } = storeWith(noTicket());

    expect((await session.address(signal)).ticket).toBeNull();
  });

  it('never comes back as a guest once it was a customer', async () => {
    const { session } = storeWith(aTicket('one'), noTicket());
    await session.address(signal);

    await expect(session.address(signal)).rejects.toThrow('no ticket');
  });
});
