import type { Language } from '../../text.ts';

/** What the property names of schemas mean, most particular first. */
const TOPICS: ReadonlyArray<readonly [string, RegExp]> = [
  ['confidence', /confidence|certainty|probability|likelihood/],
  ['minimumAge', /(?:minimum|min|recommended|suggested|from)_?age|^age_(?:from|min)|^age$/],
  ['demographic', /demographic|readership|target_(?:reader|audience)|^audience$/],
  ['readingLevel', /reading_level|age_(?:rating|group|band)|^level$|maturity|difficulty/],
  ['warnings', /warning|content_flag|sensitive/],
  ['subgenres', /(?:sub|secondary)_?genre/],
  ['genres', /genre/],
  ['ranking', /rank(?:ed|ing|ings)?(?:_ids)?$|^order(?:ed)?(?:_ids)?$/],
  ['similar', /similar_(?:series|titles|manga|works)|^similar$|recommendation|^picks$|alternatives|comparable|^related/],
  ['themes', /theme|keyword|motif|^tags?$|^topics?$/],
  ['tagline', /tagline|headline|^hook$|one_?liner?|one_sentence|short_summary|logline|pitch/],
  ['keyPoints', /key_?points|highlights|^points$|bullet|strengths|takeaways/],
  ['reason', /reason|rationale|^why|explanation|justification|because|^notes?$|^comment/],
  ['evidence', /evidence|quotes?$|excerpt|signals?$|support(?:ing)?$/],
  ['summary', /summary|synopsis|description|blurb|abstract|overview|gist|^answer$|^article$|^essay$|^prose$|analysis$|^text$|^body$|^content$|^piece$/],
  ['isSafe', /suitable|appropriate|family_friendly|safe_for/],
  ['severity', /severity/],
  ['decision', /decision|^action$|^verdict$|^outcome$|recommended_action|disposition|judg(?:e)?ment/],
  ['categories', /categor(?:y|ies)|violations?|^labels?$/],
  ['openQuestions', /open_questions|unresolved|follow_?ups?|next_steps|pending/],
  ['customerWants', /intent|wants|wishes|needs|preferences|interests|looking_for|^request$/],
  ['titlesMentioned', /(?:titles|series|works|manga)(?:_mentioned|_discussed|_named)?$|mentioned/],
  ['sentiment', /sentiment|mood_of_customer|satisfaction/],
  ['mood', /^mood|^tone|atmosphere|^feel/],
  ['sourceLanguage', /source_lang|detected_lang|from_lang/],
  ['targetLanguage', /target_lang|to_lang/],
  ['language', /^lang(?:uage)?$/],
  ['translation', /translat/],
  ['colours', /colou?rs?|palette/],
  ['score', /score|similarity|relevance|rating|strength/],
  ['title', /title|^name$/],
  ['id', /(?:^|_)id$/],
];
/** Names that say nothing by themselves: what stands around them does. */
const EMPTY_NAME = /^(?:value|values|items?|list|entries|elements|results?|data|output|outputs|labels?|answers?|answer|primary|main|text|name|all)$/;
const LIST_NAME = /^(?:items?|results?|entries|list|verdicts?|decisions?|moderations?|translations?|texts?|outputs?|data|reviews?|records?|answers?|rankings?|candidates?)$/;
const LANGUAGE_SUFFIX: ReadonlyArray<readonly [RegExp, Language]> = [
  [/(?:^|_)(?:ja|jp|jpn|japanese)$/, 'ja'],
  [/(?:^|_)(?:en|eng|english)$/, 'en'],
];

export interface PropertyName {
  /** In snake case, without the language. */
  plain: string;
  language: Language | undefined;
  /** What it is about; undefined where the name does not say. */
  topic: string | undefined;
  saysNothing: boolean;
  meansList: boolean;
}

const known = new Map<string, PropertyName>();
const MOST_KNOWN = 5_000;

/** Schemas come back with every call, so names are read once. */
export function readPropertyName(name: string): PropertyName {
  let read = known.get(name);
  if (read) return read;
  read = parse(name);
  if (known.size < MOST_KNOWN) known.set(name, read);
  return read;
}

function parse(name: string): PropertyName {
  const snake = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replaceAll(/[\s-]+/g, '_');
  const suffix = LANGUAGE_SUFFIX.find(([pattern]) => pattern.test(snake));
  const plain = suffix ? snake.replace(suffix[0], '') : snake;
  return {
    plain,
    language: suffix?.[1],
    topic: plain === '' ? undefined : TOPICS.find(([, pattern]) => pattern.test(plain))?.[0],
    saysNothing: plain === '' || EMPTY_NAME.test(plain),
    meansList: LIST_NAME.test(plain),
  };
}
