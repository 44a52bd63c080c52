import type { Conversation } from './conversation.ts';
import type { Intent } from './intent.ts';
import { readAuthor } from './slots/author.ts';
import { readCount } from './slots/count.ts';
import { readGenres } from './slots/genres.ts';
import { hasBrokenOrderId, readOrderIds } from './slots/order-ids.ts';
import { readPlainTitle } from './slots/plain-title.ts';
import { readNextVolume } from './slots/next-volume.ts';
import { readMaximumPrice } from './slots/price.ts';
import { readQuotedTitle } from './slots/quoted-title.ts';
import { readSimilarTo } from './slots/similar-to.ts';
import { readVolumes } from './slots/volumes.ts';
import { readWishes } from './slots/wishes.ts';
import { fold, hasJapanese } from './text.ts';
import { remembered } from './subject.ts';
import { topicOf } from './topic.ts';

/** A sentence that tries to give orders to the model; it is left out, the rest is the question. */
const INSTRUCTION =
  /\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instructions?|rules?|prompts?|above|previous)\b|\b(?:reveal|print|repeat|show)\b.{0,40}\b(?:system prompt|instructions)\b|\byou are now\b|^\s*(?:now )?(?:say|print|output|repeat|reply with|respond with)\b.{0,80}$|\bDAN\b|(?:これまで|以前|上記|今まで|すべて|全て)の?(?:指示|命令|ルール).{0,40}(?:無視|忘れ)|(?:システム)?プロンプトを.{0,20}(?:教え|見せ|表示|出力)/i;
/** A shopper's question is short; of a longer text the beginning and the end are read. */
const READ_CHARACTERS = 1_500;

/** "Anything similar?" about the series of the turn before. */
const SIMILAR_TO_THAT =
  /^(?:他に|ほかに)?(?:(?:それ|これ)に|この作品に|その作品に)?似(?:た|てる|ている)|(?:それ|これ|この作品|その作品)(?:に似|みたいな|のような)|\b(?:similar|like) (?:to )?(?:it|that|this)(?: one)?\b|\b(?:anything|something|others?|more) (?:similar|like (?:it|that|this))\b/i;
/** Words that say nothing about what to search for. */
const NOTHING_TO_SEARCH = /(?:漫画|マンガ|作品|もの|他に|ほかに|他の|どんな|何|[はがをので、。?？])|\b(?:manga|series|titles?|comics?|books?|are|is|there|the|to|that|a|an|of|any|other|more|else|what|which|ones?|and|i|or)\b|[\s.,!?]/gi;

const SENTENCE = /[^。.!?！？\n]+[。.!?！？\n]*/g;

export function readIntent(conversation: Conversation): Intent {
  // What it is asked in; the answer may be wanted in the other language.
  const language = hasJapanese(conversation.question) ? 'ja' : 'en';
  const folded = fold(shortened(conversation.question));
  const isOrdering = INSTRUCTION.test(folded);
  const text = isOrdering ? (folded.match(SENTENCE) ?? []).filter((sentence) => !INSTRUCTION.test(sentence)).join('').trim() : folded;
  const wasInstruction = isOrdering && text.length < 4;
  const quoted = readQuotedTitle(text);
  const orderIds = readOrderIds(text);
  // An order and a wish in one message are two sentences.
  const wish = orderIds.length > 0 ? (text.match(SENTENCE) ?? []).filter((sentence) => !/ORD/i.test(sentence)).join('') : text;
  const { rest: wanted, ...wishes } = readWishes(wish);
  const similar = readSimilarTo(wanted);
  const price = readMaximumPrice(similar.rest);
  const volumes = readVolumes(price.rest);
  const next = readNextVolume(text, conversation);
  const count = readCount(volumes.rest);
  const author = readAuthor(count.rest);
  const title = quoted ?? readPlainTitle(count.rest, language);
  const intent: Intent = {
    topic: 'title',
    text,
    isQuoted: quoted !== undefined,
    genres: readGenres(wanted),
    volumes: next === undefined ? volumes.numbers : [next],
    asksForVolumes: volumes.hasAny || next !== undefined,
    wishes,
    orderIds,
    hasBrokenOrderId: hasBrokenOrderId(text),
    wantsFinished: !wishes.wantsUnfinished && /完結|\b(?:finished|completed?)\b/i.test(text),
    theme: readTheme(count.rest, language),
  };
  if (intent.theme.replaceAll(NOTHING_TO_SEARCH, '') === '') intent.theme = '';
  if (title !== '') intent.title = title;
  if (similar.title) intent.similarTo = similar.title;
  else if (SIMILAR_TO_THAT.test(text)) {
    const last = remembered(intent, conversation);
    if (last) intent.similarTo = last.title;
  }
  if (author.name) intent.author = author.name;
  if (price.yen !== undefined) intent.maximumPriceYen = price.yen;
  if (count.count !== undefined) intent.count = count.count;
  intent.topic = wasInstruction ? 'injection' : topicOf(intent);
  return intent;
}

function shortened(text: string): string {
  return text.length <= READ_CHARACTERS ? text : `${text.slice(0, 1_000)}\n${text.slice(-500)}`;
}

const POLITE_JA =
  /(?:を|が|は)?(?:おすすめ|オススメ|お勧め|お薦め)(?:の|は|を|が|して|です)?(?:ください|ありますか|何ですか)?|(?:を)?(?:教えて|紹介して|探して)(?:ください|下さい|くれますか|いただけますか|います|いるんですが)?|(?:は|が)?(?:あります|ある|ない)(?:です)?(?:か|の|かな)?|(?:ください|下さい|お願いします)|(?:が|を)?(?:読みたい|欲しい|知りたい)(?:です|んですが)?|何か|なにか|(?:の)?やつ$/g;
const POLITE_EN =
  /\b(?:can|could|would) you\b|\b(?:please|pls|recommend(?:ed|ations?)?|suggest(?:ions?)?|what(?:'s| are| is)?|which|are there|do you have|have you got|any(?:thing)?|some(?:thing)?|i(?:'m| am)|looking for|i(?:'d)?(?: would)? (?:like|want|need)(?: to read)?|(?:give|show|tell|find|get) me|me|similar|good|great|hi|hello|should i read(?: next)?|to read|a few|for me)\b/gi;

function readTheme(text: string, language: 'ja' | 'en'): string {
  let theme = text.replaceAll(POLITE_EN, ' ');
  if (language === 'ja') theme = theme.replaceAll(POLITE_JA, ' ');
  return theme.replaceAll(/\s+/g, ' ').replaceAll(/^(?:[\s、。,.!?:;\-—]|the\s|(?:but|with|and|or|あと|それと|また)(?![a-z]))+|(?:[\s、。,.!?:;\-—]|[をはがにで])+$/g, '').trim();
}
