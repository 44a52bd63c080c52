import { pick, type Language } from '../text.ts';
import type { Topic } from '../intent.ts';

type Wording = Record<Language, readonly [string, ...string[]]>;

const WORDINGS: Partial<Record<Topic, Wording>> = {
  greeting: {
    ja: ['いらっしゃいませ。どんな漫画をお探しですか？ 作品名やお好きなジャンルを教えていただければ、お調べします。', 'こんにちは！ 漫画選びのお手伝いをします。お好きな作品や気分を教えてください。'],
    en: ["Hello, and welcome! Tell me a series you like or a mood you're in, and I'll find some manga for you.", 'Hi there! Are you after a particular series, or would you like a recommendation?'],
  },
  thanks: {
    ja: ['どういたしまして。ほかにもお探しの作品があれば、いつでもどうぞ。', 'お役に立ててうれしいです。また気になる漫画があれば声をかけてください。'],
    en: ["You're welcome! If you'd like another recommendation or a stock check, just ask.", 'My pleasure. Happy reading, and let me know if you need anything else.'],
  },
  farewell: {
    ja: ['ご利用ありがとうございました。またのお越しをお待ちしています。'],
    en: ['Thank you for stopping by. Happy reading!'],
  },
  help: {
    ja: ['漫画のおすすめ、作品や作者の検索、巻ごとの在庫と価格の確認、ご注文の配送状況の確認ができます。たとえば「『よつばと！』の3巻はありますか」のように聞いてください。'],
    en: ['I can recommend manga, look up series and authors, check stock and prices volume by volume, and check the status of an order. Try something like "Do you have volume 3 of Yotsuba&!?"'],
  },
  identity: {
    ja: ['漫画専門店のアシスタント（AI）のMangaAssistです。作品探しや在庫の確認をお手伝いします。'],
    en: ["I'm MangaAssist, the manga store's AI assistant. I help with finding series, checking stock and following orders."],
  },
  'off-topic': {
    ja: ['申し訳ありませんが、そちらはお答えできません。漫画のことでしたらお任せください。最近どんな作品を読まれましたか？', 'その話題は専門外なのですが、漫画探しならお手伝いできます。お好きなジャンルはありますか？'],
    en: ["That's outside what I can help with here, but I do know manga. What have you enjoyed reading lately?", "I'm only good at manga, I'm afraid. Would you like a recommendation instead?"],
  },
  injection: {
    ja: ['その指示には従えませんが、漫画店のアシスタントとしてお手伝いします。お探しの作品はありますか？'],
    en: ["I can't do that, but I'm glad to help as the shop's assistant. Is there a manga you're looking for?"],
  },
  distress: {
    ja: ['おつらいお気持ちを話してくださって、ありがとうございます。どうかひとりで抱えこまず、身近な方やお住まいの地域の相談窓口、医療機関にご連絡ください。今すぐ危険があるときは、救急（119番）に電話してください。'],
    en: ["I'm so sorry you're feeling this way. You don't have to carry it alone: please talk to someone you trust or to a crisis line where you live, and if you are in danger right now, call your local emergency number."],
  },
  mood: {
    ja: ['そんな日もありますよね。ほっとする作品、思いきり笑える作品、どちらの漫画をお探ししましょうか？'],
    en: ["I'm sorry to hear it. Shall I look for something gentle to read, or something funny?"],
  },
  'store-service': {
    ja: ['申し訳ありません。送料やお支払い、営業時間など店舗のご案内はこのチャットでは分かりかねます。お手数ですが、店舗スタッフ（お問い合わせ窓口）までお尋ねください。漫画の在庫や価格でしたらお調べできます。'],
    en: ["I'm sorry, I can't see delivery, payment, opening hours or other shop services from this chat. Our staff at customer support will gladly tell you. I can look up manga, stock and prices for you."],
  },
  piracy: {
    ja: ['申し訳ありませんが、無断で公開された漫画のご案内はできません。作者を応援できる正規版なら当店でお探しします。在庫と価格をお調べしましょうか？'],
    en: ["I'm sorry, I can't help with unauthorised copies. I'd be happy to check whether we have the official volumes in stock, which also supports the author. Shall I look?"],
  },
  'order-change': {
    ja: ['申し訳ありませんが、キャンセル・返品・ご注文の変更はこのチャットでは承れません。お手数ですが、ご注文番号をお手元にご用意のうえ、店舗スタッフ（お問い合わせ窓口）までご連絡ください。配送状況の確認でしたらこちらでお調べできます。'],
    en: ["I'm sorry, I can't cancel, return or change orders from this chat. Please contact our staff through customer support with your order number at hand and they will take care of it. I can check an order's status here if that helps."],
  },
};

/** Answers that need no catalogue. */
export function smallTalk(topic: Topic, language: Language, seed: string): string | undefined {
  const wording = WORDINGS[topic];
  return wording ? pick(wording[language], seed) : undefined;
}
