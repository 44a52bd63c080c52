import { until } from '@manga-assist/foundation/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChatSession, type ChatSessionOptions } from './chat-session.ts';
import type { Turn } from './chat-state.ts';
import { aComplete, aTurnStarted, CONVERSATION_ID, FakeGateway, TURN_ID, type FakeSocket } from './testing/fake-gateway.ts';

describe('a chat session', () => {
  let gateway: FakeGateway;
  const sessions: ChatSession[] = [];

  beforeEach(async () => {
    gateway = await FakeGateway.listen();
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.close();
    await gateway.close();
  });

  async function connected(options: Partial<ChatSessionOptions> = {}): Promise<ChatSession> {
    const session = new ChatSession({ address: () => Promise.resolve({ url: gateway.url, ticket: null }), random: () => 0.5, firstDelayMs: 20, ...options });
    sessions.push(session);
    session.connect();
    await until('the connection', () => session.snapshot().connection.kind === 'open');
    return session;
  }

  const lastTurn = (session: ChatSession): Turn | undefined => session.snapshot().turns.at(-1);

  async function answering(session: ChatSession, socket: FakeSocket, words: readonly string[]): Promise<string> {
    session.ask('質問', 'haiku');
    const { client_message_id } = await socket.next('chat.send');
    socket.send(aTurnStarted(client_message_id));
    socket.sendTokens(words);
    await until('the words', () => lastTurn(session)?.sequence === words.length);
    return client_message_id;
  }

  it('asks, streams the answer and completes', async () => {
    const session = await connected();
    const socket = await gateway.socket(0);

    session.ask('『よつばと！』は？', 'sonnet');
    const question = await socket.next('chat.send');
    socket.send(aTurnStarted(question.client_message_id));
    socket.sendTokens(['はい、', 'あります。']);
    socket.send(aComplete);
    await until('the end', () => lastTurn(session)?.phase === 'complete');

    expect(question).toMatchObject({ text: '『よつばと！』は？', model: 'sonnet', language: 'auto', conversation_id: null });
    expect(lastTurn(session)?.text).toBe('はい、あります。');
  });

  it('offers the protocol alone as a guest and the ticket beside it as a customer', async () => {
    await connected();
    await connected({ address: () => Promise.resolve({ url: gateway.url, ticket: 'abc_-1' }) });

    expect(gateway.sockets.map(({ protocols }) => protocols.replaceAll(' ', ''))).toEqual(['mangaassist.v1', 'mangaassist.v1,ticket.abc_-1']);
  });

  it('continues the conversation with the next question and leaves it for a new one', async () => {
    const session = await connected();
    const socket = await gateway.socket(0);
    await answering(session, socket, ['a']);
    socket.send(aComplete);
    await until('the end', () => lastTurn(session)?.phase === 'complete');

    session.ask('続き', 'haiku');
    const followUp = await socket.next('chat.send');
    socket.send(aTurnStarted(followUp.client_message_id), aComplete);
    await until('the end', () => lastTurn(session)?.phase === 'complete');
    session.startOver();
    session.ask('別の話', 'haiku');

    expect(followUp.conversation_id).toBe(CONVERSATION_ID);
    expect((await socket.next('chat.send')).conversation_id).toBeNull();
    expect(session.snapshot().turns).toHaveLength(1);
  });

  it('tells its listeners of many tokens at once', async () => {
    const session = await connected();
    let calls = 0;
    session.subscribe(() => calls++);

    await answering(session, await gateway.socket(0), Array.from({ length: 500 }, () => 'あ'));

    expect(lastTurn(session)?.text).toHaveLength(500);
    expect(calls).toBeLessThan(100);
  });

  describe('when the socket is cut', () => {
    it('resumes after the last token that it has', async () => {
      const session = await connected();
      const first = await gateway.socket(0);
      await answering(session, first, ['a', 'b']);

      first.socket.terminate();
      const second = await gateway.socket(1);
      const resume = await second.next('chat.resume');
      second.send({ type: 'turn.resumed', turn_id: TURN_ID, epoch: 'e1', from_sequence: 3, through_sequence: 4 });
      second.sendTokens(['c', 'd'], 3);
      second.send(aComplete);
      await until('the end', () => lastTurn(session)?.phase === 'complete');

      expect(resume).toEqual({ type: 'chat.resume', turn_id: TURN_ID, epoch: 'e1', after_sequence: 2 });
      expect(lastTurn(session)?.text).toBe('abcd');
    });

    it('sends the question again under the same id when its turn never started', async () => {
      const session = await connected();
      const first = await gateway.socket(0);
      session.ask('質問', 'haiku');
      const sent = await first.next('chat.send');

      first.socket.terminate();

      expect(await (await gateway.socket(1)).next('chat.send')).toEqual(sent);
    });

    it('fails the turn when the gateway cannot resume it', async () => {
      const session = await connected();
      const first = await gateway.socket(0);
      await answering(session, first, ['a']);

      first.socket.terminate();
      const second = await gateway.socket(1);
      await second.next('chat.resume');
      second.send({ type: 'error', code: 'resume_failed', reason: 'expired', message: 'expired', retryable: false, turn_id: TURN_ID, client_message_id: null, request_id: 'r' });
      await until('the failure', () => lastTurn(session)?.phase === 'failed');

      expect(lastTurn(session)).toMatchObject({ text: 'a', failure: { code: 'resume_failed' } });
    });
  });

  it('asks for missing tokens on the same socket', async () => {
    const session = await connected();
    const socket = await gateway.socket(0);
    await answering(session, socket, ['a']);

    socket.sendTokens(['c', 'd'], 3);
    const resume = await socket.next('chat.resume');
    socket.send({ type: 'turn.resumed', turn_id: TURN_ID, epoch: 'e1', from_sequence: 2, through_sequence: 4 });
    socket.sendTokens(['b', 'c', 'd'], 2);
    await until('the words', () => lastTurn(session)?.text === 'abcd');

    expect(resume.after_sequence).toBe(1);
    expect(socket.received).toEqual([]);
  });

  it('gives up on a resume that never brings the missing token', async () => {
    const session = await connected();
    const socket = await gateway.socket(0);
    await answering(session, socket, ['a']);
    socket.sendTokens(['c'], 3);

    let resumes = 0;
    while (lastTurn(session)?.phase === 'answering') {
      const isAsked = await until('a resume or the end', () => (socket.received.shift()?.type === 'chat.resume' ? 'asked' : lastTurn(session)?.phase === 'failed' && 'over'));
      if (isAsked === 'over') break;
      resumes++;
      socket.send({ type: 'turn.resumed', turn_id: TURN_ID, epoch: 'e1', from_sequence: 3, through_sequence: 3 });
      socket.sendTokens(['c'], 3);
    }

    expect(lastTurn(session)?.failure?.code).toBe('turn_interrupted');
    expect(resumes).toBe(4);
  });

  describe('when the shopper stops', () => {
    it('cancels the turn and keeps its text', async () => {
      const session = await connected();
      const socket = await gateway.socket(0);
      await answering(session, socket, ['a']);

      session.stop();
      expect(await socket.next('chat.cancel')).toEqual({ type: 'chat.cancel', turn_id: TURN_ID });
      socket.send({ type: 'turn.cancelled', turn_id: TURN_ID, usage: { input_tokens: 1, output_tokens: 1 }, usage_source: 'measured' });
      await until('the stop', () => lastTurn(session)?.phase === 'stopped');

      expect(lastTurn(session)?.text).toBe('a');
    });

    it('cancels as soon as the turn has a name', async () => {
      const session = await connected();
      const socket = await gateway.socket(0);
      session.ask('質問', 'haiku');
      const { client_message_id } = await socket.next('chat.send');

      session.stop();
      socket.send(aTurnStarted(client_message_id));

      expect((await socket.next('chat.cancel')).turn_id).toBe(TURN_ID);
    });

    it('stops at once without a connection and tells the gateway later', async () => {
      const session = await connected({ firstDelayMs: 500 });
      const first = await gateway.socket(0);
      await answering(session, first, ['a']);
      first.socket.terminate();
      await until('the cut', () => session.snapshot().connection.kind === 'waiting');

      session.stop();

      expect(lastTurn(session)?.phase).toBe('stopped');
      expect((await (await gateway.socket(1)).next('chat.cancel')).turn_id).toBe(TURN_ID);
    });

    it('does not wait for ever for the confirmation', async () => {
      const session = await connected({ stopLimitMs: 10 });
      await answering(session, await gateway.socket(0), ['a']);

      session.stop();
      await until('the stop', () => lastTurn(session)?.phase === 'stopped');

      expect((await (await gateway.socket(1)).next('chat.cancel')).turn_id).toBe(TURN_ID);
    });
  });

  it('leaves a running answer behind on a new socket when a new conversation starts', async () => {
    const session = await connected();
    const first = await gateway.socket(0);
    await answering(session, first, ['a']);

    session.startOver();
    await first.next('chat.cancel');
    session.ask('別の話', 'haiku');
    const question = await (await gateway.socket(1)).next('chat.send');

    expect(question.conversation_id).toBeNull();
    expect(lastTurn(session)?.text).toBe('');
  });

  describe('with heartbeats', () => {
    it('pings, and gives up a socket that shows no sign of life', async () => {
      await gateway.close();
      gateway = await FakeGateway.listen({ hello: { heartbeat_ms: 10 } });
      await connected();
      const first = await gateway.socket(0);

      await first.next('ping');
      await gateway.socket(1);

      expect(await until('the close', () => first.closeCode)).toBe(4000);
    });
  });

  describe('when the gateway closes', () => {
    it.each([1001, 1011, 1012, 1013, 4001, 4401, 4408, 4429])('comes back after %i', async (code) => {
      await connected();

      (await gateway.socket(0)).socket.close(code);

      expect(await gateway.socket(1)).toBeDefined();
    });

    it.each([
      [1000, 'ended'],
      [4403, 'refused'],
      [4409, 'replaced'],
    ])('stays away after %i until the shopper connects again', async (code, reason) => {
      const session = await connected();

      (await gateway.socket(0)).socket.close(code);
      await until('the close', () => session.snapshot().connection.kind === 'closed');
      expect(session.snapshot().connection).toEqual({ kind: 'closed', reason });
      session.connect();

      expect(await gateway.socket(1)).toBeDefined();
    });

    it('moves to another socket when it is told to, after the answer', async () => {
      const session = await connected();
      const first = await gateway.socket(0);
      const messageId = await answering(session, first, ['a']);

      first.send({ type: 'reconnect', reason: 'draining', after_ms: 0 });
      first.sendTokens(['b'], 2);
      await until('the words', () => lastTurn(session)?.text === 'ab');
      expect(gateway.sockets).toHaveLength(1);
      first.send(aComplete);
      await gateway.socket(1);

      expect(lastTurn(session)).toMatchObject({ clientMessageId: messageId, phase: 'complete' });
    });
  });

  it('keeps trying while the gateway is not there', async () => {
    const { url } = gateway;
    await gateway.close();
    const session = new ChatSession({ address: () => Promise.resolve({ url, ticket: null }), random: () => 0.5, firstDelayMs: 10 });
    sessions.push(session);
    session.connect();
    await until('the first failure', () => session.snapshot().connection.kind === 'waiting');

    gateway = await FakeGateway.listen({ port: Number(new URL(url).port) });
    session.ask('質問', 'haiku');

    expect((await (await gateway.socket(0)).next('chat.send')).text).toBe('質問');
  });
});
