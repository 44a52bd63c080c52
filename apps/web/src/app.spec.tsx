/** @jest-environment jsdom */
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { App } from './app.tsx';
import { ChatSession } from './chat/chat-session.ts';
import { aComplete, aProductCard, aTurnStarted, aTurnUsage, FakeGateway, TURN_ID, type FakeSocket } from './chat/testing/fake-gateway.ts';
import { words } from './words/words-by-language.ts';

describe('the chat page', () => {
  let gateway: FakeGateway;

  beforeEach(async () => {
    // jsdom cannot scroll.
    Element.prototype.scrollTo ??= () => undefined;
    // What arrives on a real socket arrives outside of any act().
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    localStorage.clear();
    gateway = await FakeGateway.listen();
  });
  afterEach(async () => {
    cleanup();
    await gateway.close();
  });

  async function opened(): Promise<FakeSocket> {
    render(<App session={new ChatSession({ address: () => Promise.resolve({ url: gateway.url, ticket: null }), firstDelayMs: 20 })} />);
    return gateway.socket(0);
  }

  /** Asks the first starter and lets the gateway begin. */
  async function asked(socket: FakeSocket): Promise<void> {
    fireEvent.click(screen.getByRole('button', { name: words.en.starters[0] }));
    const { client_message_id } = await socket.next('chat.send');
    socket.send(aTurnStarted(client_message_id));
  }

  it('streams an answer with its tools and says what it took', async () => {
    const socket = await opened();
    const log = screen.getByRole('log');

    await asked(socket);
    socket.send({ type: 'turn.tool', turn_id: TURN_ID, name: 'search_manga_catalog', state: 'started' });
    await screen.findByText('Searching the catalogue…');
    expect(log.getAttribute('aria-busy')).toBe('true');
    socket.send({ type: 'turn.tool', turn_id: TURN_ID, name: 'search_manga_catalog', state: 'finished' });
    socket.sendTokens(['**「鬼滅の刃」**は', '、いかがでしょう。']);
    socket.send(aTurnUsage(), aComplete);

    const answer = await screen.findByText('「鬼滅の刃」');
    expect(answer.tagName).toBe('STRONG');
    expect(answer.closest('[lang]')?.getAttribute('lang')).toBe('ja');
    expect(await screen.findByText('$0.000658')).toBeDefined();
    expect(screen.getByText('Searched the catalogue')).toBeDefined();
    expect(log.getAttribute('aria-busy')).toBe('false');
  });

  it('announces the start and the end of an answer, never its words', async () => {
    const socket = await opened();
    const announced = (): string[] => screen.getAllByRole('status').map(({ textContent }) => textContent);

    await asked(socket);
    socket.sendTokens(['Some words']);
    const text = await screen.findByText('Some words');
    expect(announced()).toContain('MangaAssist is answering');
    expect(text.closest('[aria-live]')?.getAttribute('aria-live')).toBe('off');
    socket.send(aComplete);

    await waitFor(() => expect(announced()).toContain('The answer is complete'));
    expect(announced().join()).not.toContain('Some words');
  });

  it('stops an answer and marks what has arrived', async () => {
    const socket = await opened();
    await asked(socket);
    socket.sendTokens(['Half an']);
    await screen.findByText('Half an');

    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    await socket.next('chat.cancel');
    expect(screen.getByRole('button', { name: 'Stopping…' })).toHaveProperty('disabled', true);
    socket.send({ type: 'turn.cancelled', turn_id: TURN_ID, usage: { input_tokens: 5, output_tokens: 2 }, usage_source: 'measured' });

    expect(await screen.findByText('You stopped the answer here.')).toBeDefined();
    expect(screen.getByText('Half an')).toBeDefined();
  });

  it('explains an error and asks again under a new id', async () => {
    const socket = await opened();
    fireEvent.click(screen.getByRole('button', { name: words.en.starters[0] }));
    const first = await socket.next('chat.send');
    socket.send({ type: 'error', code: 'upstream_throttled', message: 'throttled', retryable: true, turn_id: null, client_message_id: first.client_message_id, request_id: 'r' });

    await waitFor(() => expect(within(screen.getByRole('log')).getByText(words.en.errors.upstream_throttled)).toBeDefined());
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    const second = await socket.next('chat.send');

    expect(second.text).toBe(first.text);
    expect(second.client_message_id).not.toBe(first.client_message_id);
    expect(within(screen.getByRole('log')).queryByText(words.en.errors.upstream_throttled)).toBeNull();
  });

  it('offers no retry where the same question cannot succeed', async () => {
    const socket = await opened();
    fireEvent.click(screen.getByRole('button', { name: words.en.starters[0] }));
    const { client_message_id } = await socket.next('chat.send');
    socket.send({ type: 'error', code: 'content_blocked', message: 'blocked', retryable: false, turn_id: null, client_message_id, request_id: 'r' });

    await waitFor(() => expect(within(screen.getByRole('log')).getByText(words.en.errors.content_blocked)).toBeDefined());

    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('says when another model answered', async () => {
    const socket = await opened();
    fireEvent.click(screen.getByRole('button', { name: words.en.starters[0] }));
    const { client_message_id } = await socket.next('chat.send');

    socket.send(aTurnStarted(client_message_id, { model: 'haiku', degraded: true }));

    expect(await screen.findByText(words.en.degraded('haiku'))).toBeDefined();
  });

  it('shows the series that were found beside the answer, each once', async () => {
    const socket = await opened();
    await asked(socket);
    socket.send({ type: 'turn.products', turn_id: TURN_ID, products: [aProductCard(), aProductCard({ manga_id: 'MNG-OTHER001', title_en: 'Harbour Lights' })] });
    socket.send({ type: 'turn.products', turn_id: TURN_ID, products: [aProductCard({ stock: { volumes: 4, volumes_in_stock: 0 } })] });
    socket.send(aComplete);

    await screen.findByText('Sold out');
    expect(screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent)).toEqual(['Sea of Pirates', 'Harbour Lights']);
  });

  it('says that something could not be looked up, and blames no model for it', async () => {
    const socket = await opened();
    await asked(socket);

    socket.send(aTurnUsage({ degraded: true, degraded_reasons: ['tools'] }), aComplete);

    expect(await screen.findByText(words.en.lookupsFailed)).toBeDefined();
    expect(screen.queryByText(words.en.degraded('haiku'))).toBeNull();
  });

  it('speaks Japanese after the switch, title and page language included, and remembers it', async () => {
    await opened();

    fireEvent.click(screen.getByRole('button', { name: '日本語' }));

    expect(screen.getByRole('heading', { name: words.ja.greeting })).toBeDefined();
    expect(document.documentElement.lang).toBe('ja');
    expect(document.title).toBe(words.ja.title);
    expect(localStorage.getItem('manga-assist.language')).toBe('ja');
  });

  it('asks the model that the shopper chose', async () => {
    const socket = await opened();

    fireEvent.change(screen.getByLabelText('Model'), { target: { value: 'sonnet' } });
    fireEvent.click(screen.getByRole('button', { name: words.en.starters[0] }));

    expect((await socket.next('chat.send')).model).toBe('sonnet');
  });

  it('returns to the empty page with a new conversation', async () => {
    const socket = await opened();
    await asked(socket);
    socket.send(aComplete);
    await screen.findByText('The answer is complete');

    fireEvent.click(screen.getByRole('button', { name: 'New conversation' }));

    expect(screen.getByRole('heading', { name: words.en.greeting })).toBeDefined();
    expect(document.activeElement).toBe(screen.getByLabelText('Your question'));
  });

  it('says that it reconnects, and that another window took over', async () => {
    const socket = await opened();
    socket.socket.close(4409);

    expect(await screen.findByText(/continues in another window/)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Connect again' }));

    await waitFor(() => expect(screen.queryByText(/continues in another window/)).toBeNull());
    expect(await gateway.socket(1)).toBeDefined();
  });
});
