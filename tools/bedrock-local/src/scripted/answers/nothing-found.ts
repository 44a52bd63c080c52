import type { Failure } from '../findings.ts';
import { keepsTo } from '../slots/wishes.ts';
import type { Language } from '../text.ts';
import { listItem } from './series-in-words.ts';
import type { Situation } from './situation.ts';

/** Says plainly that it is not there; what the search did return is offered as what it is. */
export function nothingFound({ intent, conversation, findings }: Situation, wanted: string | undefined): string {
  const { language } = conversation;
  const nearest = findings.series.filter((series) => keepsTo(intent.wishes, series)).slice(0, 3).map((series) => listItem(series, language)).join('\n');
  const name = wanted && wanted.length <= 60 ? wanted : undefined;
  if (language === 'ja') {
    const sorry = `申し訳ありません。${name ? `「${name}」` : 'ご希望に合う作品'}は当店のカタログでは見つかりませんでした。`;
    if (nearest === '') return `${sorry}作品名の表記を変えるか、ジャンルや作者名を教えていただければ、もう一度お探しします。`;
    return `${sorry}代わりに、こちらの作品はいかがでしょうか。\n\n${nearest}\n\n作品名の表記が違う可能性もありますので、別の書き方でもお探しします。`;
  }
  const sorry = name ? `I'm sorry, I couldn't find "${name}" in our catalogue.` : "I'm sorry, I couldn't find anything like that in our catalogue.";
  const hint = intent.topic === 'recommend' ? 'Tell me a genre, an author or a series you like and I will look again.' : 'If it goes by another title, tell me and I will look again.';
  if (nearest === '') return `${sorry} ${hint}`;
  return `${sorry} Here is what came closest:\n\n${nearest}\n\n${hint}`;
}

export function catalogueFailed(failure: Failure, language: Language): string {
  if (failure.kind === 'refused') {
    return language === 'ja'
      ? '申し訳ありません。その条件ではうまくお調べできませんでした。別の言葉で教えていただけますか？'
      : "I'm sorry, I couldn't search with that. Could you put it another way?";
  }
  return language === 'ja'
    ? '申し訳ありません。ただいまカタログを確認できません。少し時間をおいてもう一度お試しください。'
    : "I'm sorry, I can't reach our catalogue right now. Please try again in a little while.";
}

/** Without a catalogue nothing is named: the model has no knowledge of its own. */
export function noCatalogue(language: Language): string {
  return language === 'ja'
    ? '正確にご案内するには当店のカタログを確認する必要がありますが、この場では確認できません。お手数ですが、少し時間をおいてもう一度お試しいただくか、店舗スタッフにお尋ねください。'
    : "To answer that properly I need to look in our catalogue, and I can't do that from here right now. Please try again in a little while, or ask our staff.";
}
