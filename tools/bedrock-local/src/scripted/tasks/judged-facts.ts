import { isObject } from '../../messages/json.ts';
import type { Language } from '../text.ts';
import type { Fence } from './briefing/fences.ts';
import { once } from './once.ts';
import { Named, type Facts } from './schema/facts.ts';
import type { Entry } from './series/read-entry.ts';
import { statementsOf } from './series/statements.ts';
import { meaningfulWords } from './words.ts';

interface Judged {
  number: number;
  fact: string;
  field: string;
  verdict: 'used' | 'irrelevant' | 'unsupported';
}

const MOST_USED = 6;
/** Half of a fact's words have to stand in the entry. */
const LEAST_SUPPORT = 0.5;

/** Facts that somebody collected, judged against the entry and the question, and the answer that the good ones give. */
export function judgedFacts({ json }: Fence, entry: Entry, question: string): Facts {
  const judged = once(() => judge(Array.isArray(json) ? json : [], entry, question));
  const verdicts = (): Named[] => judged().map(({ number, fact, field, verdict }) => new Named(fact, { number, id: number, fact, field, verdict: new Named(verdict, {}), list: undefined }));
  const written = (language: Language): string => write(judged(), entry, question, language);
  const share = once(() => judged().filter(({ verdict }) => verdict !== 'unsupported').length / Math.max(1, judged().length));
  return {
    judgements: verdicts, judgments: verdicts, verdicts, list: verdicts,
    answer: written, summary: written, text: written, piece: written, article: written,
    confidence: () => Math.round((0.3 + 0.6 * share()) * 100) / 100,
    score: () => Math.round((0.3 + 0.65 * share()) * 100) / 100,
    decision: () => (share() >= 0.5 ? new Named('accept', { alternatives: ['approve', 'pass'] }) : new Named('revise', { alternatives: ['review', 'reject'] })),
  };
}

function judge(facts: readonly unknown[], entry: Entry, question: string): Judged[] {
  const known = new Set(meaningfulWords(`${entry.text} ${statementsOf(entry, 'en').map(({ text }) => text).join(' ')} ${statementsOf(entry, 'ja').map(({ text }) => text).join(' ')}`));
  const asked = new Set(meaningfulWords(question));
  const weighed = facts.map((given, index) => {
    const fact = isObject(given) ? String(given['fact'] ?? given['text'] ?? '') : String(given);
    const words = meaningfulWords(fact);
    const number = isObject(given) && typeof given['number'] === 'number' ? given['number'] : index + 1;
    const support = words.filter((word) => known.has(word)).length / Math.max(1, words.length);
    return { number, fact, field: isObject(given) ? String(given['field'] ?? '') : '', support, bearing: words.filter((word) => asked.has(word)).length };
  });
  // With no word in common, what a question about a story asks for is the story.
  const isGeneral = weighed.every(({ bearing }) => bearing === 0);
  return weighed.map(({ support, bearing, ...fact }) => ({ ...fact, verdict: support < LEAST_SUPPORT ? 'unsupported' : bearing > 0 || fact.field.startsWith('synopsis') || (isGeneral && /genre|theme/.test(fact.field)) ? 'used' : 'irrelevant' }));
}

/** In Japanese the same things are said from the entry's own Japanese. */
function write(judged: readonly Judged[], entry: Entry, question: string, language: Language): string {
  const used = judged.filter(({ verdict }) => verdict === 'used').slice(0, MOST_USED);
  const own = statementsOf(entry, 'ja').filter(({ field }) => used.some((fact) => fact.field.startsWith(field)));
  const sentences = language === 'ja' ? own.map(({ text }) => text) : used.map(({ fact }) => fact);
  if (sentences.length === 0) return language === 'ja' ? 'ご質問に答えられる事実が、カタログには見当たりませんでした。' : 'The catalogue holds no fact that answers the question.';
  const opening = question === '' ? '' : language === 'ja' ? `「${question}」についてお答えします。` : `On the question "${question}":`;
  const closing = language === 'ja' ? 'カタログから言えるのは以上です。' : 'This is what the catalogue supports; it says no more.';
  return [opening, sentences.join(language === 'ja' ? '' : ' '), closing].filter(Boolean).join('\n\n');
}
