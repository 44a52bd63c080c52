import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { answerAs } from '../index.ts';
import { aModelCall, aModelRequest, ScriptedLanguageModel, type ScriptedReply } from '../testing/index.ts';
import { jsonInText } from './json-in-text.ts';

const MOOD = {
  name: 'mood',
  schema: {
    type: 'object',
    properties: { mood: { enum: ['dark', 'light'] }, score: { type: 'integer', minimum: 0, maximum: 5 } },
    required: ['mood', 'score'],
    additionalProperties: false,
  },
};
interface Mood {
  mood: 'dark' | 'light';
  score: number;
}

const good = '{"mood":"dark","score":5}';

function ask(...replies: ScriptedReply[]) {
  const model = new ScriptedLanguageModel(replies);
  return { model, answer: answerAs<Mood>(model, aModelRequest('Berserk?'), aModelCall(), MOOD) };
}

describe('an answer as JSON', () => {
  it('is given as the value that fits', async () => {
    const { model, answer } = ask({ text: good, costUsd: 0.25 });

    await expect(answer).resolves.toMatchObject({ value: { mood: 'dark', score: 5 }, isRepaired: false, costUsd: 0.25 });
    expect(model.requests[0]?.request.outputSchema).toEqual(MOOD);
  });

  it('is asked for once more, with what is wrong, when it does not fit', async () => {
    const { model, answer } = ask({ text: '{"mood":"blue","score":9}', costUsd: 0.25 }, { text: good, costUsd: 0.5 });

    await expect(answer).resolves.toMatchObject({ value: { mood: 'dark' }, isRepaired: true, costUsd: 0.75, answer: { costUsd: 0.5 } });
    const [, said, wrong] = model.requests[1]?.request.messages ?? [];
    expect(said).toEqual({ role: 'assistant', content: [{ type: 'text', text: '{"mood":"blue","score":9}' }] });
    expect(JSON.stringify(wrong)).toMatch(/\/mood must be equal to one of the allowed values.*\/score must be <= 5/);
  });

  it('is given up after one repair, without repeating what was said', async () => {
    const { answer } = ask('I would rather not.', 'Still not.');

    const error = await answer.catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ kind: 'unavailable', code: 'bedrock.unfit-answer', details: { shape: 'mood' } });
    expect(JSON.stringify(error)).not.toMatch(/rather|Still/);
  });

  it.each([
    ['is cut short', { text: '{"mood":', stopReason: 'max_tokens' }, 'unavailable', 'bedrock.cut-answer'],
    ['is stopped by a guardrail', { text: 'Sorry.', stopReason: 'guardrail_intervened' }, 'forbidden', 'bedrock.blocked-answer'],
  ] as const)('is not repaired when it %s', async (_, reply, kind, code) => {
    const { model, answer } = ask(reply);

    await expect(answer).rejects.toMatchObject({ kind, code });
    expect(model.requests).toHaveLength(1);
  });

  it('fails as the model fails', async () => {
    const down = new AppError('unavailable', 'bedrock.unavailable', 'down');

    await expect(ask(down).answer).rejects.toBe(down);
  });

  it('is found in a code fence and after a friendly word, but not in half', () => {
    for (const text of [good, `  ${good}\n`, `\`\`\`json\n${good}\n\`\`\``, `Here it is: ${good} Enjoy!`]) expect(jsonInText(text)).toEqual({ value: { mood: 'dark', score: 5 } });
    expect(jsonInText('Sure: [1, 2]')).toEqual({ value: [1, 2] });
    for (const text of ['', 'no', '{"mood":"da', 'a } b {']) expect(jsonInText(text)).toBeUndefined();
  });
});
