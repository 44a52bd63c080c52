/** One thing about a question that makes it harder or easier to answer. */
export interface Sign {
  /** Added to the score; below 0 for what makes it easier. */
  weight: number;
  /** In a few words, for people. */
  reason: string;
}

export interface Question {
  text: string;
  /** Questions and answers before this one. */
  earlierMessages: number;
  /** Whether tools may be used at all. */
  hasTools: boolean;
}

const REASONING_WORDS: readonly RegExp[] = [
  /\bcompar(?:e|es|ed|ing|ison)\b|\bversus\b|\bvs\b|比較|比べ|対比/giu,
  /\bdifferen(?:ce|ces|t from)\b|\bin common\b|違い|異なる|共通点/giu,
  /\bwhy\b|\bhow come\b|\breasons?\b|なぜ|どうして|理由/giu,
  /\bexplain\b|\banaly[sz]e\b|\banalysis\b|\binterpret|\bsymboli|\bthemes? (?:of|in|behind)\b|説明し|解説|分析|考察|象徴|テーマ性/giu,
  /\bpros and cons\b|\btrade-?offs?\b|\badvantages?\b|長所|短所|メリット|デメリット/giu,
  /\bsummar(?:y|ise|ize|ising|izing)\b|\bwrite (?:me )?(?:an?|the)\b|\breview of\b|要約|まとめて|書いて|感想文/giu,
  /\breading (?:order|plan)\b|\bstep by step\b|\bplan\b|\bin what order\b|読む順|順番|計画/giu,
  /\bevaluat|\bargue\b|\bjustify\b|\bconvince\b|\bwhich (?:one )?(?:should|would|is (?:better|best))\b|評価し|論じ|どちらが|どっちが/giu,
  /\bevolv|\bdevelop(?:s|ed|ment)\b|\binfluenc|\bhistory of\b|変遷|影響|歴史|成長を描/giu,
];

const CONDITIONS =
  /\bunder\b|\bat (?:least|most)\b|\bless than\b|\bmore than\b|\bwithout\b|\bexcept\b|\bbut not\b|\bno more than\b|\bonly\b|\bsuitable for\b|\bwho (?:hates|dislikes)\b|以下|以上|未満|以内|以外|除[いく]|なしで|ではなく|苦手|向け/giu;

const SIMPLE =
  /\bwhere is my\b|\border status\b|\btrack\b|\bin stock\b|\bhow much\b|\bprice of\b|\bwho (?:wrote|drew|is the author)\b|\bwho'?s the author\b|\bdo you (?:have|sell)\b|\bhow many volumes\b|\bwhen (?:is|was|does|will)\b|\bopening hours\b|在庫|いくら|値段|価格は|作者は|誰が描|著者は|全何巻|何巻まで|ありますか|いつ届|届き|配送状況|発売日|営業時間/iu;

const SMALL_TALK = /^\W*(?:hi|hello|hey|thanks|thank you|good (?:morning|evening)|bye|ok|okay|yes|no|こんにちは|こんばんは|おはよう|ありがとう|はい|いいえ|さようなら|了解)(?:[\s,.!。、！]|$|ござ)/iu;

const TRANSLATION = /\btranslat|\bin (?:japanese|english) (?:and|then)\b|翻訳|英訳|和訳|日本語に訳|英語に訳/iu;

/** Each is another tool's work; two of them in one question need a plan. */
const TOOL_WORK: readonly RegExp[] = [
  /\bin stock\b|\bavailable\b|\bavailability\b|在庫/iu,
  /\bmy order\b|\border ORD-|注文/iu,
  /\bsimilar to\b|\blike \p{Lu}|\brecommend|似た|おすすめ|お勧め/iu,
  /\bby (?:the )?(?:same )?(?:author|artist)\b|作者の|同じ作者/iu,
];

const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff]/gu;
const LATIN_WORD = /[A-Za-z]{2,}/gu;
/** A Japanese character says about as much as this many Latin letters. */
const LETTERS_PER_CHARACTER = 2.2;
const LONG = 140;
const VERY_LONG = 320;

/** Everything that speaks for or against a thorough model, strongest first. */
export function signsOf({ text, earlierMessages, hasTools }: Question): readonly Sign[] {
  const signs: Sign[] = [];
  const add = (holds: boolean, weight: number, reason: string) => {
    if (holds) signs.push({ weight, reason });
  };
  const japanese = count(text, JAPANESE);
  const letters = text.length - japanese + japanese * LETTERS_PER_CHARACTER;
  const reasoning = REASONING_WORDS.filter((words) => count(text, words) > 0).length;
  const conditions = count(text, CONDITIONS);
  const questions = count(text, /[?？]/gu);
  const work = TOOL_WORK.filter((words) => words.test(text)).length;

  add(reasoning === 1, 0.42, 'asks to compare or reason');
  add(reasoning > 1, 0.6, 'asks to compare and reason');
  add(letters > LONG && letters <= VERY_LONG, 0.15, 'long question');
  add(letters > VERY_LONG, 0.3, 'very long question');
  add(conditions > 0, Math.min(0.3, conditions * 0.1), conditions > 1 ? 'several conditions' : 'a condition');
  add(questions > 1, 0.1, 'several questions');
  add(hasTools && work > 1, 0.15, 'needs several tools');
  add(TRANSLATION.test(text), 0.25, 'translation');
  add(japanese > 5 && count(text, LATIN_WORD) > 5, 0.1, 'two languages');
  add(earlierMessages >= 6, 0.1, 'long conversation');
  add(SIMPLE.test(text) && reasoning < 2, -0.25, 'simple look-up');
  add(SMALL_TALK.test(text) && letters < LONG, -0.3, 'small talk');
  return signs.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

function count(text: string, words: RegExp): number {
  return text.match(words)?.length ?? 0;
}
