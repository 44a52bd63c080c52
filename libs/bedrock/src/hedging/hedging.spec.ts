import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { StoppedClock, until } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { collectAnswer, openBedrockLanguageModel, withHedging, type LanguageModel, type ModelCall, type ModelEvent, type ModelRequest } from '../index.ts';
import { aModelCall, aModelRequest, BedrockEndpoint, converseFrames, hangs, RecordedLedger, ScriptedLanguageModel, streams } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

/** Speaks only when it is told to. */
class SlowModel extends ScriptedLanguageModel {
  readonly opened: { call: ModelCall; speak: () => void; fail: (error: AppError) => void }[] = [];
  slow = false;

  override async *converseStream(request: ModelRequest, call: ModelCall): AsyncGenerator<readonly ModelEvent[]> {
    if (this.slow) {
      await new Promise<void>((resolve, reject) => {
        this.opened.push({ call, speak: resolve, fail: reject });
        call.signal.addEventListener('abort', () => reject(call.signal.reason as Error));
      });
    }
    yield* super.converseStream(request, call);
  }
}

const request = aModelRequest('Hello');

async function aHedgedModel(second: LanguageModel = new ScriptedLanguageModel(() => 'second')) {
  const clock = new StoppedClock();
  const timers = new StoppedTimers();
  const first = new SlowModel(() => 'first');
  const model = withHedging(first, { second, clock, timers });
  const ask = (call = aModelCall()) => collectAnswer(model.converseStream(request, call));
  for (let call = 0; call < 50; call++) await ask();
  first.slow = true;
  const late = async () => {
    await until('the timer', () => timers.pending > 0);
    timers.advance(60_000);
  };
  return { model, first, ask, late, timers };
}

describe('a hedged model', () => {
  it('asks once while first tokens come in time', async () => {
    const second = new ScriptedLanguageModel(() => 'second');
    const { ask, first } = await aHedgedModel(second);
    first.slow = false;

    expect((await ask()).text).toBe('first');
    expect(second.requests).toHaveLength(0);
  });

  it('asks a second time when the first token is late, hears who is faster, and cancels the other', async () => {
    const { ask, late, first } = await aHedgedModel();
    const answer = ask();
    await late();

    expect((await answer).text).toBe('second');
    expect(first.opened[0]?.call.signal.aborted).toBe(true);
  });

  it('hears the first one when it is faster after all', async () => {
    const second = new SlowModel(() => 'second');
    second.slow = true;
    const { ask, late, first } = await aHedgedModel(second);
    const answer = ask();
    await late();
    await until('the second call', () => second.opened.length === 1);

    first.opened[0]?.speak();

    expect((await answer).text).toBe('first');
    expect(second.opened[0]?.call.signal.aborted).toBe(true);
  });

  it('goes on with the other one when one fails, and fails as the first when both do', async () => {
    const second = new SlowModel(() => 'second');
    second.slow = true;
    const { ask, late, first } = await aHedgedModel(second);
    const down = new AppError('unavailable', 'bedrock.unavailable', 'down');
    const answer = ask();
    await late();
    await until('the second call', () => second.opened.length === 1);
    first.opened[0]?.fail(down);
    second.opened[0]?.fail(new AppError('timed-out', 'bedrock.first-token-late', 'late'));

    await expect(answer).rejects.toBe(down);
  });

  it('makes no more than one call in twenty twice', async () => {
    const second = new ScriptedLanguageModel(() => 'second');
    const { ask, late, first } = await aHedgedModel(second);
    for (let call = 0; call < 100; call++) {
      const answer = ask();
      await late();
      await until('the call', () => first.opened.length === call + 1);
      first.opened[call]?.speak();
      await answer;
    }

    expect(second.requests.length).toBeGreaterThan(0);
    expect(second.requests.length).toBeLessThanOrEqual(8);
  });

  it("ends both when the caller's signal fires", async () => {
    const second = new SlowModel(() => 'second');
    second.slow = true;
    const { ask, late, first } = await aHedgedModel(second);
    const controller = new AbortController();
    const answer = ask(aModelCall(controller.signal));
    await late();
    await until('the second call', () => second.opened.length === 1);

    controller.abort(new AppError('cancelled', 'bedrock.cancelled', 'left'));

    await expect(answer).rejects.toMatchObject({ code: 'bedrock.cancelled' });
    expect([first, second].map(({ opened }) => opened[0]?.call.signal.aborted)).toEqual([true, true]);
  });

  it('books what the loser cost', async () => {
    const [slow, fast] = [await BedrockEndpoint.start(), await BedrockEndpoint.start()];
    const ledger = new RecordedLedger();
    const timers = new StoppedTimers();
    const clock = new StoppedClock();
    slow.reply(...Array.from({ length: 50 }, () => streams(converseFrames(['quick']))), hangs);
    fast.reply(streams(converseFrames(['saved'])));
    const open = (endpoint: string) => openBedrockLanguageModel({ ledger, endpoint });
    const model = withHedging(open(slow.url), { second: open(fast.url), clock, timers });
    for (let call = 0; call < 50; call++) await collectAnswer(model.converseStream(request, aModelCall()));

    const answer = collectAnswer(model.converseStream(request, aModelCall()));
    await until('the late call', () => slow.requests.length === 51);
    timers.advance(60_000);

    expect((await answer).text).toBe('saved');
    await until('both rows', () => ledger.entries.length === 52);
    expect(ledger.entries.slice(50).map(({ outcome, usage }) => [outcome, usage.inputTokens > 0]).sort()).toEqual([
      ['cancelled', true],
      ['completed', true],
    ]);
    await model.close();
    await Promise.all([slow.close(), fast.close()]);
  });
});
