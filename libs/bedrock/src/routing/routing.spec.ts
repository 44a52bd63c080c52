import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { collectAnswer, withRouting } from '../index.ts';
import { aModelCall, aModelRequest, ScriptedLanguageModel } from '../testing/index.ts';
import { ModelRouter } from './model-router.ts';
import { scoreQuestion } from './score-question.ts';

interface Labelled {
  text: string;
  wants: 'haiku' | 'sonnet';
}

const QUESTIONS = JSON.parse(readFileSync(new URL('./fixtures/questions.json', import.meta.url), 'utf8')) as Labelled[];
const isJapanese = ({ text }: Labelled) => /[\u3040-\u30ff\u4e00-\u9fff]/u.test(text);

const TOOLS = [{ name: 'search_catalog', description: 'Finds manga.', inputSchema: {} }];
const auto = (text: string) => aModelRequest(text, { model: 'auto', tools: TOOLS });

function rightShare(questions: readonly Labelled[]): number {
  const router = new ModelRouter();
  const right = questions.filter(({ text, wants }) => router.route(auto(text), text).chosen === wants);
  return right.length / questions.length;
}

describe('the router', () => {
  it('chooses as a person would, in both languages', () => {
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(60);
    for (const language of [QUESTIONS.filter(isJapanese), QUESTIONS.filter((question) => !isJapanese(question))]) {
      expect(language.length).toBeGreaterThan(25);
      for (const wants of ['haiku', 'sonnet'] as const) {
        expect(rightShare(language.filter((question) => question.wants === wants))).toBeGreaterThanOrEqual(0.85);
      }
    }
    expect(rightShare(QUESTIONS)).toBeGreaterThanOrEqual(0.95);
  });

  it('says why in words', () => {
    const router = new ModelRouter();

    expect(router.route(auto('Compare Monster and Pluto, and explain which should I read first?'), 'a')).toEqual({
      chosen: 'sonnet',
      reason: 'asks to compare and reason',
      score: expect.any(Number),
    });
    expect(router.route(auto('Is Bleach in stock?'), 'b')).toMatchObject({ chosen: 'haiku', reason: 'simple look-up', score: 0 });
    expect(router.route(auto('Horror manga'), 'c')).toMatchObject({ chosen: 'haiku', reason: 'nothing hard about it' });
  });

  it('finds a question harder at the end of a long conversation', () => {
    const question = auto('Horror manga');
    const history = Array.from({ length: 6 }, (_, index) => ({ role: index % 2 === 0 ? ('user' as const) : ('assistant' as const), content: [{ type: 'text' as const, text: 'x' }] }));

    expect(scoreQuestion({ ...question, messages: [...history, ...question.messages] }).score).toBeGreaterThan(scoreQuestion(question).score);
  });

  it('takes the results of tools for no question', () => {
    const question = auto('Why is Berserk so influential?');
    const round = { role: 'user' as const, content: [{ type: 'tool-result' as const, toolUseId: 't', status: 'success' as const, content: {} }] };

    expect(scoreQuestion({ ...question, messages: [...question.messages, round] }).score).toBe(scoreQuestion(question).score);
  });

  it('stays with one model for all calls of a turn', () => {
    const router = new ModelRouter();
    const first = router.route(auto('Why is Berserk so influential, and how does it compare?'), 'turn');

    expect(router.route(auto('Hello'), 'turn')).toEqual(first);
    expect(router.route(auto('Hello'), 'another').chosen).toBe('haiku');
  });

  it('comes near the share that is wanted, as far as the questions allow', () => {
    const share = (thoroughShare: number, questions: readonly Labelled[]) => {
      const router = new ModelRouter({ thoroughShare });
      const chosen = Array.from({ length: 600 }, (_, index) => router.route(auto(questions[(index * 7) % questions.length]?.text ?? ''), `t${index}`).chosen);
      return chosen.slice(200).filter((alias) => alias === 'sonnet').length / 400;
    };

    expect(share(0.2, QUESTIONS)).toBeGreaterThan(0.15);
    expect(share(0.2, QUESTIONS)).toBeLessThan(0.27);
    expect(share(0.2, QUESTIONS.filter(({ wants }) => wants === 'haiku'))).toBeLessThan(0.1);
  });

  it('refuses a share that makes no sense', () => {
    expect(() => new ModelRouter({ thoroughShare: 80 })).toThrow(expect.objectContaining({ code: 'bedrock.invalid-routing' }));
  });
});

describe('a routed model', () => {
  const hard = 'Compare Monster and Pluto, and explain which should I read first?';
  const routing = { chosen: 'sonnet', reason: expect.any(String), score: expect.any(Number) };

  it('asks the model it chose, and tells it in all four operations', async () => {
    const inner = new ScriptedLanguageModel(() => 'Both are good.');
    const model = withRouting(inner);
    const call = aModelCall();

    const answers = [
      await model.invoke(auto(hard), call),
      await model.converse(auto(hard), call),
      await collectAnswer(model.stream(auto(hard), call)),
      await collectAnswer(model.converseStream(auto(hard), call)),
    ];

    for (const answer of answers) expect(answer).toMatchObject({ model: 'sonnet', text: 'Both are good.', routing });
    expect(inner.requests.map(({ request }) => request.model)).toEqual(['sonnet', 'sonnet', 'sonnet', 'sonnet']);
  });

  it('leaves a request that names its model alone', async () => {
    const model = withRouting(new ScriptedLanguageModel(() => 'Hi.'));

    expect(await model.converse({ ...auto(hard), model: 'haiku' }, aModelCall())).not.toHaveProperty('routing');
    expect(await collectAnswer(model.converseStream({ ...auto(hard), model: 'haiku' }, aModelCall()))).not.toHaveProperty('routing');
  });

  it('passes on that it is closed, reachable, and left', async () => {
    const inner = new ScriptedLanguageModel(() => ({ text: 'one two three', until: new Promise(() => undefined) }));
    const model = withRouting(inner);

    for await (const batch of model.converseStream(auto(hard), aModelCall())) {
      expect(batch[0]).toMatchObject({ type: 'message-start', routing });
      break;
    }
    inner.reachable = false;
    await model.close();

    expect(await model.isReachable(new AbortController().signal)).toBe(false);
    expect(inner.closed).toBe(true);
  });
});
