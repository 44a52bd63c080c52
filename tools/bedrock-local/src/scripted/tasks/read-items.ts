import { isObject } from '../../messages/json.ts';
import type { Fence } from './briefing/fences.ts';

/** One of several texts, under the sender's own name. */
export interface TextItem {
  id: string;
  text: string;
}

const LINE = /^\s*(?:[-*]\s*)?\[?([A-Za-z0-9_.:-]{1,64}?)\]?\s*(?:[):：\t]|\.\s)\s*(.+)$/;
const LIST_NAMES = ['items', 'texts', 'reviews', 'comments', 'entries'];

/** The texts of `<items>`: a JSON list, a JSON object by id, or a line for each; also several `<text id="…">`, or the one text there is. */
export function readItems(fences: readonly Fence[]): TextItem[] {
  const list = fences.find(({ tag }) => /^(?:items|texts|reviews|comments)$/.test(tag));
  if (list) return itemsOf(list.json, list.text);
  const texts = fences.filter(({ tag }) => /^(?:text|item|review|comment)$/.test(tag));
  if (texts.length > 0) return texts.map(({ json, text }, index) => (isObject(json) ? itemOf(json, index) : { id: String(index + 1), text }));
  return [];
}

function itemsOf(json: unknown, text: string): TextItem[] {
  if (Array.isArray(json)) return json.map(itemOf);
  if (isObject(json)) {
    const inner = LIST_NAMES.map((name) => json[name]).find(Array.isArray);
    if (inner) return inner.map(itemOf);
    return Object.entries(json).map(([id, value]) => ({ id, text: isObject(value) ? itemOf(value, 0).text : String(value) }));
  }
  return text.split('\n').filter((line) => line.trim() !== '').map((line, index) => {
    const found = LINE.exec(line);
    return found ? { id: found[1] ?? '', text: found[2] ?? '' } : { id: String(index + 1), text: line.trim() };
  });
}

function itemOf(item: unknown, index: number): TextItem {
  if (!isObject(item)) return { id: String(index + 1), text: String(item) };
  const id = item['id'] ?? item['item_id'] ?? item['key'] ?? index + 1;
  const text = item['text'] ?? item['content'] ?? item['body'] ?? item['comment'] ?? Object.values(item).filter((value) => typeof value === 'string' && value !== id).join('\n');
  return { id: String(id), text: String(text) };
}
