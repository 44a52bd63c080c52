import { isObject } from '../../messages/json.ts';
import { hasJapanese, type Language } from '../text.ts';
import type { Fence } from './briefing/fences.ts';
import { once } from './once.ts';
import { Named, type Facts } from './schema/facts.ts';
import { sentencesOf } from './series/in-language.ts';
import { keywordsIn } from './series/themes.ts';
import { summary } from './summary.ts';

interface Turn {
  isShopper: boolean;
  text: string;
}

const SPEAKER = /^\s*(user|shopper|customer|human|reader|お客様|利用者|assistant|bot|staff|店員|アシスタント)\s*[:：]\s*/i;
const TITLES = [/[「『]([^」』\n]{1,60})[」』]/g, /["“]([A-Z][^"”\n]{1,60})["”]/g, /\b((?:[A-Z][\w'!&-]*)(?: (?:of|the|to|a|no|&|[A-Z0-9][\w'!&-]*)){1,5})\b/g];
const ORDER = /\bORD-[A-Z0-9]{8}\b/g;

/** What a conversation was about, in the words that were said. */
export function conversationFacts(fence: Fence): Facts {
  const turns = turnsIn(fence);
  const shopper = turns.filter(({ isShopper }) => isShopper).map(({ text }) => text);
  const all = once(() => turns.map(({ text }) => text).join('\n'));
  const titles = once(() => titlesIn(all()));
  const last = turns.at(-1);
  return {
    // Whoever asked first says what it is about, and the last answer says how it ended.
    summary: (language: Language) => sentences(language, shopper, turns, titles()),
    tagline: (language: Language) => into(language, shopper[0] ?? summary(all())),
    keyPoints: (language: Language) => shopper.map((text) => into(language, summary(text))).slice(0, 6),
    customerWants: (language: Language) => shopper.map((text) => into(language, summary(text))).slice(0, 4),
    titlesMentioned: titles,
    similar: titles,
    themes: () => keywordsIn(shopper.join('\n')),
    openQuestions: (language: Language) => (last?.isShopper ? [into(language, questionIn(last.text))] : []),
    orders: () => [...new Set(all().match(ORDER) ?? [])],
    order_ids: () => [...new Set(all().match(ORDER) ?? [])],
    sentiment: () => sentimentOf(shopper.join('\n')),
    decision: () => new Named(last?.isShopper ? 'pending' : 'resolved', {}),
    resolved: last !== undefined && !last.isShopper,
    is_resolved: last !== undefined && !last.isShopper,
    language: () => (hasJapanese(shopper.join('')) ? 'ja' : 'en'),
    sourceLanguage: () => (hasJapanese(shopper.join('')) ? 'ja' : 'en'),
    message_count: turns.length,
    turn_count: turns.length,
    messages: turns.length,
    confidence: Math.min(0.95, 0.5 + 0.05 * turns.length),
  };
}

export function turnsIn({ json, text }: Pick<Fence, 'json' | 'text'>): Turn[] {
  const listed = Array.isArray(json) ? json : isObject(json) ? [json['messages'], json['turns']].find(Array.isArray) : undefined;
  if (listed) {
    return listed.filter(isObject).flatMap((turn): Turn[] => {
      const asked = textOf(turn['reader'] ?? turn['question'] ?? turn['shopper']);
      const answered = textOf(turn['assistant'] ?? turn['answer']);
      if (asked !== '' || answered !== '') return [{ isShopper: true, text: asked }, { isShopper: false, text: answered }].filter(({ text: said }) => said !== '');
      const said = textOf(turn['text'] ?? turn['content'] ?? turn['message']);
      return said === '' ? [] : [{ isShopper: /user|shopper|customer|human|reader/i.test(String(turn['role'] ?? turn['speaker'] ?? turn['from'] ?? 'user')), text: said }];
    });
  }
  const turns: Turn[] = [];
  for (const line of text.split('\n')) {
    const speaker = SPEAKER.exec(line);
    const said = line.replace(SPEAKER, '').trim();
    if (speaker || turns.length === 0) turns.push({ isShopper: !speaker || !/assistant|bot|staff|店員|アシスタント/i.test(speaker[1] ?? ''), text: said });
    else Object.assign(turns.at(-1) ?? {}, { text: `${turns.at(-1)?.text ?? ''}\n${said}`.trim() });
  }
  return turns.filter((turn) => turn.text !== '');
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content.trim();
  return Array.isArray(content) ? content.map((block: unknown) => (isObject(block) && typeof block['text'] === 'string' ? block['text'] : '')).join('\n').trim() : '';
}

function questionIn(text: string): string {
  const sentences = sentencesOf(text);
  return sentences.findLast((sentence) => /[?？]$|(?:か|教えて|ください)。?$/.test(sentence)) ?? text;
}

function sentences(language: Language, shopper: readonly string[], turns: readonly Turn[], titles: readonly string[]): string {
  const asked = into(language, summary(shopper.slice(0, 3).join('\n')));
  const answered = turns.filter(({ isShopper }) => !isShopper).at(-1);
  const end = answered ? into(language, summary(answered.text)) : '';
  const named = titles.slice(0, 4);
  if (language === 'ja') return [`お客様：${asked}`, end && `店の回答：${end}`, named.length > 0 && `話題の作品：「${named.join('」「')}」。`].filter(Boolean).join(' ');
  return [`The shopper: ${asked}`, end && `The shop's last answer: ${end}`, named.length > 0 && `Series named: ${named.join(', ')}.`].filter(Boolean).join(' ');
}

/** Numbers of orders and addresses say who somebody is. */
function withoutPersonal(text: string): string {
  return text.replaceAll(ORDER, '(…)').replaceAll(/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]+)+/g, '(…)').replaceAll(/\b0\d{1,4}-\d{2,4}-\d{4}\b/g, '(…)');
}

/** Words in the other language are quoted as they were said: a poor translation would be worse than none. */
function into(language: Language, said: string): string {
  const text = withoutPersonal(said);
  if (text === '' || hasJapanese(text) === (language === 'ja')) return text;
  return language === 'ja' ? `「${text}」` : `"${text}"`;
}

function titlesIn(text: string): string[] {
  const found = TITLES.flatMap((pattern) => Array.from(text.matchAll(pattern), ([, title = '']) => title.trim()));
  return [...new Set(found)].filter((title) => !/^(?:I|The|A|It|You|We|What|Which|Is|Do|Can)\b/.test(title) || title.includes(' ')).slice(0, 8);
}

function sentimentOf(text: string): string {
  const good = (text.match(/\b(?:thanks?|great|love|perfect|nice|happy)\b|ありがとう|嬉しい|最高|好き/gi) ?? []).length;
  const bad = (text.match(/\b(?:angry|bad|late|wrong|terrible|disappointed|broken|refund)\b|遅い|壊れ|最悪|困っ|返金/gi) ?? []).length;
  return good > bad ? 'positive' : bad > good ? 'negative' : 'neutral';
}
