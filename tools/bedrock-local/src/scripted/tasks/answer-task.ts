import type { Conversation } from '../conversation.ts';
import { enrichment } from './enrichment.ts';
import { fillSchema } from './fill-schema.ts';
import { moderation } from './moderation.ts';
import { reRanking } from './re-ranking.ts';
import { summary } from './summary.ts';
import { translation } from './translation.ts';

const JSON_ONLY = /\bjson\b[^.\n]*\bonly\b|\bonly\b[^.\n]*\bjson\b|\breturn (?:a )?(?:valid )?json\b|JSON(?:形式)?(?:のみ|だけ)|JSONで(?:出力|返|回答)/i;
const ENRICHMENT = /genre_tags|theme_keywords|similar_series|target_demographic|content_warnings/;
const TRANSLATE = /\btranslat(?:e|ion|or)\b|翻訳(?:して|者)|(?:和訳|英訳)/i;
const SUMMARISE = /\bsummari[sz]e\b|\bsummary of\b|要約(?:して|を)|まとめてください/i;

const MODERATE = /\bmoderat(?:e|ion|or)\b|\b(?:safe|unsafe|toxic|harmful)\b.{0,40}\b(?:classif|content|text|check)|\bclassif\w+\b.{0,60}\b(?:safe|toxic|harmful|inappropriate)\b|モデレーション|不適切(?:か|な内容)|有害(?:か|な)/i;
const RERANK = /\bre-?rank|\brank (?:the|these)\b|並べ替え|リランキング|関連(?:度|性)の高い順/i;

const READ_CHARACTERS = 20_000;

/** Work that is not a shopper's question: JSON, moderation, re-ranking, translation, summaries. Nothing when it is one. */
export function answerTask(conversation: Conversation): string | undefined {
  const { system, answerSchema, tools } = conversation;
  const question = conversation.question.slice(0, READ_CHARACTERS);
  if (answerSchema) return JSON.stringify(fillSchema(answerSchema, question));
  if (tools.length > 0) return undefined;
  const brief = `${system}\n${question}`;
  if (ENRICHMENT.test(question) || (ENRICHMENT.test(system) && JSON_ONLY.test(system))) return JSON.stringify(enrichment(question, conversation.catalogue));
  if (MODERATE.test(system) || MODERATE.test(question.slice(0, 200))) return moderated(system, question, brief);
  const ranked = RERANK.test(system) || RERANK.test(question.slice(0, 200)) ? reRanking(question) : undefined;
  if (ranked) return JSON_ONLY.test(brief) || /json/i.test(brief) ? JSON.stringify(ranked) : ranked.ranking.join('\n');
  const isTranslation = TRANSLATE.test(system) || TRANSLATE.test(question.slice(0, 200));
  if (isTranslation) {
    const translated = translation(brief, question);
    return JSON_ONLY.test(brief) ? JSON.stringify({ translation: translated }) : translated;
  }
  const isSummary = /\bsummari[sz]e|要約/i.test(system) || SUMMARISE.test(question.slice(0, 200));
  if (isSummary) return JSON_ONLY.test(brief) ? JSON.stringify({ summary: summary(question) }) : summary(question);
  return JSON_ONLY.test(brief) ? JSON.stringify({ answer: summary(question) }) : undefined;
}

/** The instruction names what it looks for, so only what follows it is judged. */
function moderated(system: string, question: string, brief: string): string {
  const text = MODERATE.test(system) ? question : question.replace(/^[^\n:：]*[:：\n]\s*/, '');
  const verdict = moderation(text);
  return /json/i.test(brief) ? JSON.stringify(verdict) : `${String(verdict['decision'])}: ${String(verdict['reason'])}`;
}
