import { asArray, asNumber, asString, isObject, type JsonObject } from '../../messages/json.ts';
import type { Finding } from '../findings.ts';
import type { Intent } from '../intent.ts';
import { matchTitle } from '../match-title.ts';
import { seriesIn, type Series } from '../series.ts';
import { subjectOf } from '../subject.ts';
import type { Language } from '../text.ts';
import { fullTitle, shortTitle, yen } from './series-in-words.ts';
import type { Situation } from './situation.ts';

/** Stock and prices, from the availability tool's own words. */
export function stockAnswer(situation: Situation): string | undefined {
  const { findings, conversation, intent } = situation;
  const { language } = conversation;
  const [first] = findings.availability;
  if (!first) return undefined;
  const answered = findings.availability.filter(({ failure }) => !failure);
  const subject = subjectOf(intent, conversation);
  const found = subject ? matchTitle(subject.title, findings.series) : { match: 'none' as const };
  const series = found.series ?? answered.map(({ outcome }) => seriesIn(outcome.content)[0]).find((candidate) => candidate !== undefined);
  if (answered.length === 0) return noStockKnown(first, series, intent.volumes, language);
  const lines = answered.map((finding) => stockLine(finding, series, !takesYes(intent), language));
  const guess = found.match === 'close' && found.series ? didYouMean(found.series, language) : '';
  const missing = findings.availability.filter(({ failure }) => failure?.kind === 'not-found').flatMap(({ outcome }) => asNumber(outcome.input['volume']) ?? []);
  const gaps = missing.length === 0 ? '' : language === 'ja' ? `\n${missing.join('・')}巻は当店では取り扱いがありません。` : `\nWe do not carry volume ${missing.join(', ')}.`;
  const body = lines.length === 1 ? (lines[0] ?? '') : `${heading(series, language)}\n\n${answered.map((finding) => volumeLine(finding, series, language)).join('\n')}`;
  return `${guess}${body}${gaps}\n\n${closing(answered, language)}`.trim();
}

/** "How much?" takes no yes, and "sold out?" would take it the other way round. */
function takesYes({ topic, text }: Intent): boolean {
  return topic !== 'price' && !/\bsold out\b|\bout of stock\b|売り切れ|品切れ|在庫切れ/i.test(text);
}

function stockLine({ outcome }: Finding, known: Series | undefined, isNoYes: boolean, language: Language): string {
  const content: JsonObject = isObject(outcome.content) ? outcome.content : {};
  const series = known ?? seriesIn(content)[0];
  const name = series ? shortTitle(series, language) : language === 'ja' ? 'こちらの作品' : 'This series';
  const volume = asNumber(content['volume']) ?? asNumber(outcome.input['volume']);
  const quantity = asNumber(content['quantity']) ?? asNumber(content['stock']);
  const inStock = content['in_stock'] ?? content['available'] ?? (quantity ?? 0) > 0;
  const price = asNumber(content['price_jpy']) ?? asNumber(content['price']) ?? series?.priceJpy;
  const volumes = asArray(content['volumes_available']).filter((value): value is number => typeof value === 'number');
  if (language === 'ja') {
    const what = volume === undefined ? name : `${name}${volume}巻`;
    const cost = price === undefined ? '' : `${volume === undefined ? '1巻あたり' : '価格は'}${yen(price, 'ja')}です。`;
    const left = quantity !== undefined && volume !== undefined ? `（残り${quantity}冊）` : '';
    const which = volume === undefined && volumes.length > 0 ? `在庫のある巻：${ranges(volumes)}巻。` : '';
    const stock = inStock ? `${isNoYes ? '' : 'はい、'}${what}は在庫がございます${left}。` : `申し訳ありません、${what}は現在在庫切れです。`;
    return `${stock}${which}${cost}`;
  }
  const what = volume === undefined ? name : `${name}, volume ${volume},`;
  const cost = price === undefined ? '' : ` It costs ${yen(price, 'en')}${volume === undefined ? ' a volume' : ''}.`;
  const left = quantity !== undefined && volume !== undefined ? ` (${quantity} left)` : '';
  const which = volume === undefined && volumes.length > 0 ? ` Volumes in stock: ${ranges(volumes)}.` : '';
  return `${inStock ? `${isNoYes ? '' : 'Yes, '}${what} is in stock${left}.` : `Sorry, ${what} is out of stock at the moment.`}${which}${cost}`;
}

function heading(series: Series | undefined, language: Language): string {
  const name = series ? shortTitle(series, language) : language === 'ja' ? 'こちらの作品' : 'that series';
  return language === 'ja' ? `${name}の在庫はこちらです。` : `Here is the stock of ${name}:`;
}

/** One of several volumes. */
function volumeLine({ outcome }: Finding, series: Series | undefined, language: Language): string {
  const content: JsonObject = isObject(outcome.content) ? outcome.content : {};
  const volume = asNumber(content['volume']) ?? asNumber(outcome.input['volume']) ?? 0;
  const quantity = asNumber(content['quantity']) ?? asNumber(content['stock']);
  const inStock = content['in_stock'] ?? content['available'] ?? (quantity ?? 0) > 0;
  const price = asNumber(content['price_jpy']) ?? asNumber(content['price']) ?? series?.priceJpy;
  if (language === 'ja') {
    return `- ${volume}巻：${inStock ? `在庫あり${quantity === undefined ? '' : `（残り${quantity}冊）`}` : '在庫切れ'}${price === undefined ? '' : `、${yen(price, 'ja')}`}`;
  }
  return `- Volume ${volume}: ${inStock ? `in stock${quantity === undefined ? '' : ` (${quantity} left)`}` : 'out of stock'}${price === undefined ? '' : `, ${yen(price, 'en')}`}`;
}

function noStockKnown({ failure }: Finding, series: Series | undefined, volumes: readonly number[], language: Language): string {
  const name = series ? shortTitle(series, language) : undefined;
  const volume = volumes.length > 0 ? volumes.join(language === 'ja' ? '・' : ', ') : undefined;
  if (failure?.kind === 'unavailable') {
    return language === 'ja'
      ? `申し訳ありません。ただいま在庫を確認できません。${name ? `${name}は当店で取り扱いのある作品ですので、` : ''}少し時間をおいてもう一度お試しください。`
      : `I'm sorry, I can't check the stock right now.${name ? ` We do carry ${name}, so` : ''} please try again in a little while.`;
  }
  const known = series?.volumes;
  if (language === 'ja') {
    const range = known && volume ? `当店のカタログでは全${known}巻です。` : '';
    return `申し訳ありません。${name ?? 'その作品'}${volume ? `の${volume}巻` : ''}は取り扱いが見つかりませんでした。${range}ほかの巻もお調べできます。`;
  }
  const range = known && volume ? ` Our catalogue lists ${known} volumes.` : '';
  return `Sorry, I couldn't find ${volume ? `volume ${volume} of ` : ''}${name ?? 'that series'} in our stock.${range} I can check other volumes for you.`;
}

function closing(answered: readonly Finding[], language: Language): string {
  const isOut = answered.every(({ outcome }) => isObject(outcome.content) && (outcome.content['in_stock'] === false || asString(outcome.content['status']) === 'out_of_stock'));
  if (language === 'ja') return isOut ? 'ほかの巻の在庫や、似た作品もお調べできます。' : 'ほかの巻もお調べしましょうか？';
  return isOut ? 'I can check other volumes, or suggest something similar.' : 'Shall I check any other volumes?';
}

export function didYouMean(series: Series, language: Language): string {
  return language === 'ja' ? `${fullTitle(series, 'ja')}のことでよろしいでしょうか。\n` : `I take it you mean ${fullTitle(series, 'en')}. `;
}

/** 1-5, 7 */
function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts: [number, number][] = [];
  for (const number of sorted) {
    const last = parts.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
