import { describe, expect, it } from '@jest/globals';
import { aTurn } from '@manga-assist/conversations/testing';
import { answerLanguage } from './answer-language.ts';
import { buildPrompt, type PromptParts } from './build-prompt.ts';

const question = { clientMessageId: 'm', conversationId: 'c', isNewConversation: false, text: 'And volume 4?', model: 'haiku', language: 'en', maxTokens: 512 } as const;
const prompt = (parts: Partial<PromptParts>): ReturnType<typeof buildPrompt> =>
  buildPrompt({ question, earlier: [], tools: [], historyTokens: 1_000, estimate: (text) => text.length, ...parts });
const texts = ({ messages }: ReturnType<typeof buildPrompt>): string[] => messages.flatMap(({ content }) => content.map((block) => (block.type === 'text' ? block.text : block.type)));

describe('a prompt', () => {
  it('holds as many earlier turns as fit, newest first, and the question last', () => {
    const earlier = ['1', '2', '3'].map((number) => aTurn({ question: `q${number}`, answer: 'x'.repeat(398) }));

    const { messages } = prompt({ earlier });

    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(texts(prompt({ earlier }))[0]).toBe('q2');
    expect(texts(prompt({ earlier })).at(-1)).toBe('And volume 4?');
  });

  it('leaves out a turn that was never answered, so that roles alternate', () => {
    const earlier = [aTurn({ question: 'a', answer: 'b' }), aTurn({ question: 'c', answer: '', outcome: 'failed' })];

    expect(texts(prompt({ earlier }))).toEqual(['a', 'b', 'And volume 4?']);
  });

  it('holds no history when there is room for none', () => {
    expect(texts(prompt({ earlier: [aTurn()], historyTokens: 0 }))).toEqual(['And volume 4?']);
  });

  it('ends its rules with the language of the answer, and names no other before', () => {
    const { system } = prompt({});

    expect(system.match(/Answer language: (\w+)/g)).toEqual(['Answer language: en']);
    expect(system.endsWith('Answer language: en')).toBe(true);
  });
});

describe('the language of an answer', () => {
  it.each([
    ['auto', 'おすすめは？', 'ja'],
    ['auto', 'ワンピース', 'ja'],
    ['auto', '漫画', 'ja'],
    ['auto', 'Is 進撃の巨人 finished?', 'ja'],
    ['auto', 'What is Berserk about?', 'en'],
    ['auto', '123 !?', 'en'],
    ['en', 'おすすめは？', 'en'],
    ['ja', 'Hello', 'ja'],
  ] as const)('%s for %s is %s', (wanted, text, expected) => {
    expect(answerLanguage(wanted, text)).toBe(expected);
  });
});
