import type { Conversation } from '../conversation.ts';
import { fenced, type Briefing } from './briefing/briefing.ts';
import { enrichment } from './enrichment.ts';
import { writeEssay } from './essay/write-essay.ts';
import { coverFacts } from './cover/cover-facts.ts';
import { fillSchema } from './fill-schema.ts';
import { moderation } from './moderation.ts';
import { reRanking } from './re-ranking.ts';
import { readItems } from './read-items.ts';
import { told } from './schema/facts.ts';
import { readEntry } from './series/read-entry.ts';
import { summary } from './summary.ts';
import { translated, translation } from './translation.ts';

const JSON_ONLY = /\bjson\b[^.\n]*\bonly\b|\bonly\b[^.\n]*\bjson\b|\breturn (?:a )?(?:valid )?json\b|JSON(?:形式)?(?:のみ|だけ)|JSONで(?:出力|返|回答)/i;
const ENRICHMENT = /genre_tags|theme_keywords|similar_series|target_demographic|content_warnings/;
const TRANSLATE = /\btranslat(?:e|ion|or)\b|翻訳(?:して|者)|(?:和訳|英訳)/i;
const SUMMARISE = /\bsummari[sz]e\b|\bsummary of\b|要約(?:して|を)|まとめてください/i;
const ESSAY = /\bessay|\banaly(?:sis|se|ze)|\bsections?\b|\barticle\b|\bwrite\b|分析|論じ|評論|解説|章|記事|執筆|書いて/i;

const MODERATE = /\bmoderat(?:e|ion|or)\b|\b(?:safe|unsafe|toxic|harmful)\b.{0,40}\b(?:classif|content|text|check)|\bclassif\w+\b.{0,60}\b(?:safe|toxic|harmful|inappropriate)\b|モデレーション|不適切(?:か|な内容)|有害(?:か|な)/i;
const RERANK = /\bre-?rank|\brank (?:the|these)\b|並べ替え|リランキング|関連(?:度|性)の高い順/i;

const READ_CHARACTERS = 20_000;

/** Work that is not a shopper's question: JSON, analyses, moderation, re-ranking, translation, summaries. Nothing when it is one. */
export function answerTask(conversation: Conversation): string | undefined {
  const { system, answerSchema, tools } = conversation;
  if (tools.length > 0 && !answerSchema) return undefined;
  const briefing = conversation.briefing();
  if (briefing.schema) return JSON.stringify(fillSchema(briefing.schema, briefing));
  const ordered = fencedTask(briefing, system);
  if (ordered !== undefined) return ordered;
  const question = conversation.question.slice(0, READ_CHARACTERS);
  const brief = `${system}\n${question}`;
  if (ENRICHMENT.test(question) || (ENRICHMENT.test(system) && JSON_ONLY.test(system))) return JSON.stringify(enrichment(question, conversation.catalogue));
  if (MODERATE.test(system) || MODERATE.test(question.slice(0, 200))) return moderated(system, question, brief);
  const ranked = RERANK.test(system) || RERANK.test(question.slice(0, 200)) ? reRanking(question) : undefined;
  if (ranked) return JSON_ONLY.test(brief) || /json/i.test(brief) ? JSON.stringify(ranked) : ranked.ranking.join('\n');
  const isTranslation = TRANSLATE.test(system) || TRANSLATE.test(question.slice(0, 200));
  if (isTranslation) {
    const text = translation(brief, question);
    return JSON_ONLY.test(brief) ? JSON.stringify({ translation: text }) : text;
  }
  const isSummary = /\bsummari[sz]e|要約/i.test(system) || SUMMARISE.test(question.slice(0, 200));
  if (isSummary) return JSON_ONLY.test(brief) ? JSON.stringify({ summary: summary(question) }) : summary(question);
  return JSON_ONLY.test(brief) ? JSON.stringify({ answer: summary(question) }) : undefined;
}

/** Work on fenced data, documents and pictures without a schema; what is to be done stands in the system prompt, which shoppers do not write. */
function fencedTask(briefing: Briefing, system: string): string | undefined {
  const { fences, language, images } = briefing;
  const document = fenced(briefing, /^document$/);
  const entry = fenced(briefing, /^(?:catalogu?e_entry|entry|series|extraction|facts)$/);
  if (images[0] && (entry || document === undefined)) return String(told(coverFacts(images[0])['summary'], language));
  if (entry && ESSAY.test(system)) return writeEssay(readEntry(entry), briefing);
  const conversation = fenced(briefing, /^(?:conversation|transcript)$/);
  if (conversation && /summari|要約/i.test(system)) return String(told(fillSchemaFor('summary', briefing), language));
  if (document) return TRANSLATE.test(briefing.instructions) ? translated(document.text, language) : summary(document.text);
  const items = readItems(briefing.asTheyCame);
  if (items.length === 0 || fences.length === 0) return undefined;
  if (TRANSLATE.test(briefing.instructions)) return items.length === 1 ? translated(items[0]?.text ?? '', language) : JSON.stringify(items.map(({ id, text }) => ({ id, text: translated(text, language) })));
  if (MODERATE.test(briefing.instructions)) return JSON.stringify(items.map(({ id, text }) => ({ id, ...moderation(text) })));
  return SUMMARISE.test(briefing.instructions) ? items.map(({ text }) => summary(text)).join('\n') : undefined;
}

function fillSchemaFor(name: string, briefing: Briefing): unknown {
  const filled = fillSchema({ type: 'object', properties: { [name]: { type: 'string' } } }, briefing) as Record<string, unknown>;
  return filled[name];
}

/** The instruction names what it looks for, so only what follows it is judged. */
function moderated(system: string, question: string, brief: string): string {
  const text = MODERATE.test(system) ? question : question.replace(/^[^\n:：]*[:：\n]\s*/, '');
  const verdict = moderation(text);
  return /json/i.test(brief) ? JSON.stringify(verdict) : `${String(verdict['decision'])}: ${String(verdict['reason'])}`;
}
