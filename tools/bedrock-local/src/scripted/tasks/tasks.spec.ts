import { describe, expect, it } from '@jest/globals';
import { ask } from '../../testing/shop.ts';
import { answer } from '../answer.ts';

const json = (question: string, system: string): unknown => JSON.parse(ask(question, { tools: [], system }).text);

describe('the scripted model works', () => {
  it('as a moderator, in both languages, on the text and not on the instruction', () => {
    const system = 'You are a content moderation service for violence and hate. Return JSON only.';

    expect(json('What a lovely story.', system)).toMatchObject({ flagged: false, categories: [], decision: 'approve' });
    expect(json('お前は死ね、くたばれ', system)).toMatchObject({ flagged: true, categories: ['harassment'] });
    expect(json('I will kill you', system)).toMatchObject({ flagged: true, severity: 'high' });
    expect(json('店員を殺してやる', system)).toMatchObject({ flagged: true, categories: ['violence'] });
    expect(json('人を殺す場面が多い、怖い漫画です。', system)).toMatchObject({ flagged: false });
  });

  it('as a moderator by schema', () => {
    const answerSchema = { type: 'object', properties: { flagged: { type: 'boolean' }, decision: { enum: ['approve', 'reject'] }, categories: { type: 'array' } } };
    const { text } = answer({ system: [], messages: [{ role: 'user', content: [{ type: 'text', text: 'click here for free money' }] }], tools: [], toolChoice: { type: 'auto' }, maxTokens: 100, stopSequences: [], extra: {}, answerSchema });

    expect(JSON.parse(text)).toEqual({ flagged: true, decision: 'reject', categories: ['spam'] });
  });

  it('as a re-ranker of JSON candidates and of numbered lines', () => {
    const candidates = JSON.stringify([{ id: 'a', text: 'A cooking school comedy' }, { id: 'b', text: 'A pirate sails the sea' }, { id: 'c', text: 'A pirate cook' }]);

    expect(json(`Query: pirate on the sea\n${candidates}`, 'Re-rank the candidates. Return JSON only.')).toMatchObject({ ranking: ['b', 'c', 'a'] });
    expect(ask('質問: 海賊の冒険\n1. 料理学校の日常\n2. 海賊の冒険', { tools: [], system: '関連度の高い順に並べ替えてください' }).text).toBe('2\n1');
  });

  it('as a summariser that keeps what a text comes back to', () => {
    const text = 'Rika opens a bookshop in Osaka. The weather was grey. The bookshop sells old manga, and Rika loves old manga. A cat slept somewhere. Rika finds a rare manga in the bookshop.';

    expect(ask(`Summarize:\n${text}`, { tools: [] }).text).toBe('Rika opens a bookshop in Osaka. The bookshop sells old manga, and Rika loves old manga. Rika finds a rare manga in the bookshop.');
  });

  it('as a translator of the phrases it knows, labelled as a draft', () => {
    expect(ask('Translate to Japanese: Thank you for your order', { tools: [] }).text).toBe('【語句置換による下訳】ご注文ありがとうございます');
    expect(ask('英訳してください：在庫切れです', { tools: [] }).text).toBe('[Draft, word by word] It is out of stock');
  });
});
