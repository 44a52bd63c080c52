import { describe, expect, it } from '@jest/globals';
import { aModelCall, aModelRequest, ScriptedLanguageModel } from '@manga-assist/bedrock/testing';
import { AppError } from '@manga-assist/foundation';
import { MeteredModel } from './metered-model.ts';

const request = aModelRequest('Berserk?');

describe('a metered model', () => {
  it('adds up what every answer used, whichever way it came', async () => {
    const usage = { inputTokens: 100, outputTokens: 10, cacheReadInputTokens: 5, cacheWriteInputTokens: 2 };
    const model = new MeteredModel(new ScriptedLanguageModel(() => ({ text: 'Yes.', usage, costUsd: 0.1 })));

    await model.invoke(request, aModelCall());
    await model.converse({ ...request, model: 'sonnet' }, aModelCall());
    for await (const _ of model.stream(request, aModelCall()));
    for await (const _ of model.converseStream(request, aModelCall()));

    expect(model.spent).toEqual({ inputTokens: 428, outputTokens: 40, costUsd: 0.4 });
    expect([model.answered, model.lost]).toEqual([model.spent, { inputTokens: 0, outputTokens: 0, costUsd: 0 }]);
    expect(model.answeredBy).toBe('haiku');
    expect(model.isDegraded).toBe(false);
  });

  it('remembers that one answer came from another model', async () => {
    const model = new MeteredModel(new ScriptedLanguageModel([{ text: 'Yes.', model: 'haiku' }, 'Yes.']));

    await model.converse({ ...request, model: 'sonnet' }, aModelCall());
    await model.converse({ ...request, model: 'sonnet' }, aModelCall());

    expect(model.answeredBy).toBe('sonnet');
    expect(model.isDegraded).toBe(true);
  });

  it('counts what broke off or was cancelled too, as the ledger does, but by itself', async () => {
    const stop = new AbortController();
    const cut = new AppError('unavailable', 'bedrock.stream-cut', 'Cut.');
    const model = new MeteredModel(new ScriptedLanguageModel([{ text: 'Once upon', failsWith: cut, costUsd: 0.5 }, { text: 'Once upon a time', until: new Promise(() => undefined), costUsd: 0.25 }, { text: 'Yes.', costUsd: 1 }]));

    await expect(model.converse(request, aModelCall())).rejects.toBe(cut);
    const cancelled = model.converse(request, aModelCall(stop.signal));
    stop.abort();
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
    for await (const _ of model.converseStream(request, aModelCall()));

    expect(model.lost).toMatchObject({ costUsd: 0.75 });
    expect(model.lost.outputTokens).toBeGreaterThan(0);
    expect(model.answered).toMatchObject({ costUsd: 1 });
    expect(model.spent).toMatchObject({ costUsd: 1.75 });
  });

  it('counts nothing for an answer that never came, and passes on why', async () => {
    const down = new AppError('unavailable', 'bedrock.unavailable', 'down');
    const model = new MeteredModel(new ScriptedLanguageModel([down]));

    await expect(model.converse(request, aModelCall())).rejects.toBe(down);
    expect(model.spent).toEqual({ inputTokens: 0, outputTokens: 0, costUsd: 0 });
    expect(model.answeredBy).toBeUndefined();
  });
});
