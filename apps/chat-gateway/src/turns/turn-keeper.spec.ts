import { beforeEach, describe, expect, it } from '@jest/globals';
import { aTurn, InMemoryConversationStore } from '@manga-assist/conversations/testing';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { DEMO_PRINCIPAL } from '@manga-assist/identity/testing';
import { silentLogger } from '@manga-assist/observability/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { TurnKeeper } from './turn-keeper.ts';
import { Turn } from './turn.ts';

const turn = (turnId: string): Turn =>
  new Turn({
    question: { clientMessageId: 'm', conversationId: 'c', isNewConversation: true, text: 'q', model: 'haiku', language: 'en', maxTokens: 1 },
    principal: DEMO_PRINCIPAL,
    turnId,
    epoch: 'e',
    startedMs: 0,
  });

describe('the keeper of turns', () => {
  let clock: StoppedClock;
  let timers: StoppedTimers;
  let store: InMemoryConversationStore;
  let keeper: TurnKeeper;

  beforeEach(() => {
    clock = new StoppedClock();
    timers = new StoppedTimers();
    store = new InMemoryConversationStore(clock);
    keeper = new TurnKeeper(store, timers, silentLogger());
  });

  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.advance(1_000);
      timers.advance(1_000);
      await new Promise(setImmediate);
    }
  };

  it('holds the conversation for as long as the turn runs', async () => {
    await keeper.begin(turn('trn_1'));
    await pass(60_000);

    await expect(keeper.begin(turn('trn_2'))).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('gives the conversation back at the end, also when its lease was just being renewed', async () => {
    const lease = await keeper.begin(turn('trn_1'));
    const gate = Promise.withResolvers<void>();
    store.until = gate.promise;
    await pass(5_000);

    const ended = lease.end(aTurn({ turnId: 'trn_1' }));
    gate.resolve();
    await ended;

    await expect(keeper.begin(turn('trn_2'))).resolves.toBeDefined();
    expect(timers.pending).toBe(1);
  });

  it('gives it back when nothing was said', async () => {
    const lease = await keeper.begin(turn('trn_1'));

    await lease.abandon();

    expect(await (await keeper.begin(turn('trn_2'))).earlier()).toEqual([]);
  });
});
