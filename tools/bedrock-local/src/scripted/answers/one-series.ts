import { matchTitle } from '../match-title.ts';
import type { Series } from '../series.ts';
import type { Topic } from '../intent.ts';
import { subjectOf } from '../subject.ts';
import type { Language } from '../text.ts';
import { factsAskedFor } from '../topic.ts';
import { description, fullTitle, genresOf, shortTitle, statusIn, yen } from './series-in-words.ts';
import type { Situation } from './situation.ts';
import { didYouMean } from './stock.ts';

/** An answer about the one series asked for; nothing when it is not among the results. */
export function aboutOneSeries(situation: Situation): string | undefined {
  const { intent, conversation, findings } = situation;
  const subject = subjectOf(intent, conversation);
  if (!subject) return undefined;
  const { match, series } = matchTitle(subject.title, findings.series);
  if (match === 'none' || !series) return undefined;
  const guess = match === 'close' ? didYouMean(series, conversation.language) : '';
  return `${guess}${sentenceFor(situation, series)}`;
}

function sentenceFor(situation: Situation, series: Series): string {
  const { intent, conversation: { language } } = situation;
  const facts = factsAskedFor(intent);
  if (facts.length === 1) return answerTo(intent.topic, series, language);
  // Several at once: each is answered, none is followed by an offer.
  return facts.map((fact) => withoutOffer(answerTo(fact, series, language))).join(language === 'ja' ? '' : ' ');
}

function withoutOffer(answer: string): string {
  return answer.replace(/(?<=[。.])[^。.]*[?？]$/, '').trim();
}

function answerTo(topic: Topic, series: Series, language: Language): string {
  switch (topic) {
    case 'volume-count':
      return volumeCount(series, language);
    case 'author-of':
      return authorOf(series, language);
    case 'finished':
      return finished(series, language);
    case 'availability':
    case 'price':
      return stockUnknown(series, language);
    default:
      return card(series, language);
  }
}

function volumeCount(series: Series, language: Language): string {
  const name = shortTitle(series, language);
  if (series.volumes === undefined) {
    return language === 'ja' ? `${name}の巻数は、カタログに記載がありませんでした。` : `Our catalogue doesn't say how many volumes ${name} has.`;
  }
  const status = statusIn(series.status, language);
  if (language === 'ja') {
    const extent = status === '完結' ? `全${series.volumes}巻で完結しています` : `現在${series.volumes}巻まで出ています${status ? `（${status}）` : ''}`;
    return `${name}は${extent}。各巻の在庫もお調べしましょうか？`;
  }
  const extent = status === 'complete' ? `is complete in ${series.volumes} volumes` : `has ${series.volumes} volumes so far${status ? ` (${status})` : ''}`;
  return `${name} ${extent}. Shall I check which of them are in stock?`;
}

function authorOf(series: Series, language: Language): string {
  const name = shortTitle(series, language);
  if (series.authors.length === 0) {
    return language === 'ja' ? `${name}の作者は、カタログに記載がありませんでした。` : `Our catalogue doesn't name the author of ${name}.`;
  }
  return language === 'ja'
    ? `${name}の作者は${series.authors.join('・')}さんです。ほかの作品もお探ししましょうか？`
    : `${name} is by ${series.authors.join(' and ')}. Would you like to see other works by the same author?`;
}

function finished(series: Series, language: Language): string {
  const name = shortTitle(series, language);
  const status = statusIn(series.status, language);
  if (!status) return language === 'ja' ? `${name}が完結しているかどうかは、カタログに記載がありませんでした。` : `Our catalogue doesn't say whether ${name} is finished.`;
  if (language === 'ja') return `${name}は${status === '完結' ? `${series.volumes ? `全${series.volumes}巻で` : ''}完結しています` : `${status}です${series.volumes ? `（${series.volumes}巻まで刊行）` : ''}`}。`;
  return `${name} is ${status}${series.volumes ? `, with ${series.volumes} volumes${status === 'complete' ? '' : ' so far'}` : ''}.`;
}

/** The series is known, but nobody could be asked about stock. */
function stockUnknown(series: Series, language: Language): string {
  const price = series.priceJpy === undefined ? '' : language === 'ja' ? `1巻あたり${yen(series.priceJpy, 'ja')}です。` : ` A volume costs ${yen(series.priceJpy, 'en')}.`;
  const volumes = series.volumes === undefined ? '' : language === 'ja' ? `（${series.volumes}巻）` : ` (${series.volumes} volumes)`;
  return language === 'ja'
    ? `${fullTitle(series, 'ja')}は当店のカタログにございます${volumes}。${price}ただし、この場では最新の在庫数を確認できません。`
    : `We do list ${fullTitle(series, 'en')}${volumes} in our catalogue.${price} I can't see the live stock from here, though.`;
}

function card(series: Series, language: Language): string {
  const about = description(series, language);
  const genres = genresOf(series, language);
  const status = statusIn(series.status, language);
  if (language === 'ja') {
    const facts = [
      series.authors.length > 0 ? `作者：${series.authors.join('・')}` : '',
      genres ? `ジャンル：${genres}` : '',
      series.volumes === undefined ? '' : `巻数：${status === '完結' ? '全' : ''}${series.volumes}巻${status ? `（${status}）` : ''}`,
    ].filter(Boolean);
    return `はい、${fullTitle(series, 'ja')}はお取り扱いがあります。\n${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${about ? `${about}\n\n` : ''}各巻の在庫や価格もお調べできます。`;
  }
  const by = series.authors.length > 0 ? ` by ${series.authors.join(' and ')}` : '';
  const extent = series.volumes === undefined ? '' : `, ${series.volumes} volume${series.volumes === 1 ? '' : 's'}${status ? ` (${status})` : ''}`;
  return `Yes, we carry ${fullTitle(series, 'en')}${by}${genres ? ` — ${genres}` : ''}${extent}. ${about}\n\nWould you like me to check stock or prices for a particular volume?`.replace('. \n', '.\n');
}
