import type { ChatErrorFrame, ServerFrame } from '@manga-assist/schemas/chat';
import { describe, expect, it } from '@jest/globals';
import { chatReducer, type ChatAction } from './chat-reducer.ts';
import { emptyChat, type ChatState, type Turn } from './chat-state.ts';
import { aComplete, aTurnStarted, aTurnUsage, CONVERSATION_ID, TURN_ID } from './testing/fake-gateway.ts';

const MESSAGE_ID = '0b0e7c52-3a0c-4a39-8d6f-1f2e3d4c5b6a';
const asked: ChatAction = { type: 'question-asked', clientMessageId: MESSAGE_ID, question: 'よつばと！は？', model: 'haiku' };
const started = aTurnStarted(MESSAGE_ID);

function after(...events: readonly (ChatAction | ServerFrame)[]): ChatState {
  return events.reduce<ChatState>((state, event) => chatReducer(state, isAction(event) ? event : { type: 'frame-received', frame: event }), emptyChat);
}

function isAction(event: ChatAction | ServerFrame): event is ChatAction {
  return ['question-asked', 'stop-requested', 'turn-left', 'turn-failed', 'conversation-left', 'connection-changed'].includes(event.type);
}

function turnAfter(...events: readonly (ChatAction | ServerFrame)[]): Turn {
  const turn = after(...events).turns.at(-1);
  if (!turn) throw new Error('there is no turn');
  return turn;
}

const token = (data: string, sequence: number): ServerFrame => ({ type: 'token', data, sequence });
const tool = (name: string, state: 'started' | 'finished' | 'failed'): ServerFrame => ({ type: 'turn.tool', turn_id: TURN_ID, name, state });
const resumed = (fromSequence: number): ServerFrame => ({ type: 'turn.resumed', turn_id: TURN_ID, epoch: 'e1', from_sequence: fromSequence, through_sequence: 9 });
const error = (changes: Partial<ChatErrorFrame> = {}): ServerFrame => ({
  type: 'error',
  code: 'upstream_error',
  message: 'the model failed',
  retryable: true,
  turn_id: TURN_ID,
  client_message_id: MESSAGE_ID,
  request_id: 'r1',
  ...changes,
});

describe('the chat state', () => {
  it('shows a question at once and waits for the gateway', () => {
    const state = after(asked);

    expect(state.turns).toHaveLength(1);
    expect(state.turns[0]).toMatchObject({ question: 'よつばと！は？', phase: 'sending', text: '' });
  });

  it('joins the tokens in order and completes', () => {
    const turn = turnAfter(asked, started, token('よつ', 1), token('ばと！', 2), aTurnUsage(), aComplete);

    expect(turn).toMatchObject({ text: 'よつばと！', phase: 'complete', stopReason: 'end_turn', usage: { estimated_cost_usd: 0.000658 } });
  });

  it('keeps the conversation for the next question', () => {
    expect(after(asked, started, aComplete).conversationId).toBe(CONVERSATION_ID);
  });

  it('takes one question at a time', () => {
    const state = after(asked, { ...asked, clientMessageId: 'other' });

    expect(state.turns.map(({ clientMessageId }) => clientMessageId)).toEqual([MESSAGE_ID]);
  });

  it('ignores the start of a turn that is not its own', () => {
    expect(turnAfter(asked, aTurnStarted('other'), token('x', 1))).toMatchObject({ phase: 'sending', text: '' });
  });

  it('ignores frames that it does not know', () => {
    const state = after(asked, started);

    expect(chatReducer(state, { type: 'frame-received', frame: { type: 'turn.mood' } as unknown as ServerFrame })).toBe(state);
  });

  describe('with tokens missing', () => {
    it('keeps the text without a hole and says that there is one', () => {
      expect(turnAfter(asked, started, token('a', 1), token('c', 3), token('d', 4))).toMatchObject({ text: 'a', sequence: 1, hasGap: true });
    });

    it('does not complete across the hole', () => {
      expect(turnAfter(asked, started, token('a', 1), token('c', 3), aComplete).phase).toBe('answering');
    });

    it('goes on with what the resume brings', () => {
      const turn = turnAfter(asked, started, token('a', 1), token('c', 3), resumed(2), token('b', 2), token('c', 3), aComplete);

      expect(turn).toMatchObject({ text: 'abc', phase: 'complete', hasGap: false });
    });
  });

  describe('after a resume', () => {
    it('takes no token twice', () => {
      const turn = turnAfter(asked, started, token('a', 1), token('b', 2), resumed(1), token('a', 1), token('b', 2), token('c', 3));

      expect(turn.text).toBe('abc');
    });

    it('keeps the text when the same turn is joined again', () => {
      const again = aTurnStarted(MESSAGE_ID, { duplicate: true });

      expect(turnAfter(asked, started, token('a', 1), again, token('a', 1), token('b', 2)).text).toBe('ab');
    });

    it('drops the old text when the answer starts anew in another epoch', () => {
      const anew = aTurnStarted(MESSAGE_ID, { epoch: 'e2' });

      expect(turnAfter(asked, started, token('old', 1), anew, token('new', 1))).toMatchObject({ text: 'new', epoch: 'e2', sequence: 1 });
    });

    it('shows a tool once though its frames come twice', () => {
      const turn = turnAfter(asked, started, tool('search_manga_catalog', 'started'), resumed(1), tool('search_manga_catalog', 'started'), tool('search_manga_catalog', 'finished'));

      expect(turn.tools.map(({ state }) => state)).toEqual(['finished']);
    });
  });

  describe('with tools', () => {
    it('follows each call, the older one of two first', () => {
      const turn = turnAfter(asked, started, tool('search', 'started'), tool('search', 'started'), tool('stock', 'started'), tool('search', 'finished'), tool('stock', 'failed'));

      expect(turn.tools.map(({ name, state }) => [name, state])).toEqual([
        ['search', 'finished'],
        ['search', 'started'],
        ['stock', 'failed'],
      ]);
    });

    it('leaves none running when the turn ends', () => {
      expect(turnAfter(asked, started, tool('search', 'started'), aComplete).tools[0]?.state).toBe('finished');
      expect(turnAfter(asked, started, tool('search', 'started'), error()).tools[0]?.state).toBe('failed');
    });
  });

  describe('when the shopper stops the answer', () => {
    const cancelled: ServerFrame = { type: 'turn.cancelled', turn_id: TURN_ID, usage: { input_tokens: 9, output_tokens: 2 }, usage_source: 'estimated' };

    it('keeps the part that has arrived and what it took', () => {
      const turn = turnAfter(asked, started, token('a', 1), { type: 'stop-requested' }, cancelled);

      expect(turn).toMatchObject({ phase: 'stopped', text: 'a', tokens: { output_tokens: 2 } });
    });

    it('completes when the answer was faster', () => {
      expect(turnAfter(asked, started, { type: 'stop-requested' }, aComplete, cancelled).phase).toBe('complete');
    });

    it('takes no token after the end', () => {
      expect(turnAfter(asked, started, token('a', 1), cancelled, token('b', 2)).text).toBe('a');
    });
  });

  describe('with errors', () => {
    it('fails the turn and keeps its text', () => {
      const turn = turnAfter(asked, started, token('a', 1), error({ retry_after_ms: 1500 }));

      expect(turn).toMatchObject({ phase: 'failed', text: 'a', failure: { code: 'upstream_error', retryable: true, retryAfterMs: 1500 } });
    });

    it('leaves the turn alone when the error is about another', () => {
      expect(turnAfter(asked, started, error({ client_message_id: null, turn_id: 'trn_other' })).phase).toBe('answering');
      expect(turnAfter(asked, started, error({ client_message_id: 'other' })).phase).toBe('answering');
    });

    it('takes an error without a name as its own only before the turn starts', () => {
      const nameless = error({ code: 'invalid_message', client_message_id: null, turn_id: null });

      expect(turnAfter(asked, nameless).failure?.code).toBe('invalid_message');
      expect(turnAfter(asked, started, nameless).failure).toBeNull();
    });

    it('forgets a conversation that the gateway does not find', () => {
      const second: ChatAction = { ...asked, clientMessageId: 'second' };

      const state = after(asked, started, aComplete, second, error({ code: 'not_found', client_message_id: 'second', turn_id: null }));

      expect(state.conversationId).toBeNull();
    });

    it('asks again in the place of the failed question', () => {
      const state = after(asked, started, error(), { ...asked, clientMessageId: 'second', replaces: MESSAGE_ID });

      expect(state.turns.map(({ clientMessageId }) => clientMessageId)).toEqual(['second']);
    });
  });

  it('starts a new conversation with nothing of the old one but the connection', () => {
    const state = after(asked, { type: 'connection-changed', connection: { kind: 'open' } }, started, aComplete, { type: 'conversation-left' });

    expect(state).toEqual({ connection: { kind: 'open' }, conversationId: null, turns: [] });
  });
});
