import { describe, expect, it } from '@jest/globals';
import type { ToolDefinition } from '../messages/messages-request.ts';
import { ask, SHOP_TOOLS } from '../testing/shop.ts';

const SIMILAR: ToolDefinition = {
  name: 'find_similar_manga',
  description: 'Find manga similar to one series.',
  inputSchema: { type: 'object', properties: { title: { type: 'string' }, manga_id: { type: 'string' }, genre: { type: 'string', enum: ['action', 'horror'] }, max_price_jpy: { type: 'integer' }, max_results: { type: 'integer', maximum: 20 } }, required: [] },
};
const DETAILS: ToolDefinition = {
  name: 'get_manga_details',
  description: 'Get the details of one manga series.',
  inputSchema: { type: 'object', properties: { manga_id: { type: 'string' } }, required: ['manga_id'] },
};
const tools = [...SHOP_TOOLS, SIMILAR, DETAILS];
const firstCall = (question: string) => ask(question, { tools }).calls[0];

describe('a shop with a tool for similar series', () => {
  it.each([
    ['What manga series are similar to One Piece?', 'find_similar_manga {"title":"One Piece"}'],
    ['「ワンピース」に似た漫画を1000円以下で5作品', 'find_similar_manga {"title":"ワンピース","max_price_jpy":1000,"max_results":5}'],
  ])('is asked with it: %s', (question, call) => {
    expect(firstCall(question)).toBe(call);
  });

  it.each(['Something similar to One Piece, but already finished', 'ワンピースに似た、完結している漫画'])('is searched when more than likeness is asked: %s', (question) => {
    expect(firstCall(question)).toMatch(/^search_manga_catalog .*"similar_to"/);
  });

  it.each([
    ['Do you have Yotsuba?', /^search_manga_catalog/],
    ['Tell me about Uzumaki', /^search_manga_catalog/],
    ['Where is my order ORD-7K2M9Q4X?', /^get_order_status/],
  ])('is asked everything else as before: %s', (question, call) => {
    expect(firstCall(question)).toMatch(call);
  });
});
