const ENGLISH: readonly RegExp[] = [
  /\bORD-?[A-Z0-9]{8}\b/i,
  /\b(?:my|our) (?:orders?|packages?|parcels?|delivery|shipment|refund|account|payment|invoice|receipt|subscription|purchase)\b/i,
  /\b(?:track|cancel|return|refund|exchange|change) (?:an?|the|my|this) (?:\w+ )?(?:order|pre-?order|parcel|package|purchase|item|delivery)\b/i,
  /\b(?:shipping|delivery|postage) (?:costs?|fees?|times?|options?|charges?|address)\b|\bhow (?:much|long) (?:is|are|does|do|for) (?:the )?(?:shipping|delivery|postage)\b|\bdo (?:you|u) (?:ship|deliver) to\b/i,
  /\b(?:credit|debit|gift) cards?\b|\bpaypal\b|\b(?:discount|coupon|promo) codes?\b|\b(?:opening|store|business) hours\b|\bwhen (?:do|are) (?:you|u) (?:open|close)|\bcustomer (?:service|support)\b|\bphone number\b|\b(?:return|privacy|refund) policy\b|\breset (?:my|the|a) password\b|\bhow (?:do|can) i (?:pay|log ?in|sign (?:up|in)|return)\b/i,
  /\b(?:what(?:'s| is)|how(?:'s| is)) the (?:weather|time|date)\b|\bweather (?:forecast|in|today|tomorrow)\b/i,
];
const JAPANESE: readonly RegExp[] = [
  /注文(?:番号|した(?!い)|履歴|状況|内容|のキャンセル|をキャンセル|の確認|を取り消)|(?:配送|発送|お届け)(?:状況|先|日|料|予定|は|が|を)|(?:まだ|いつ)(?:届|とど)(?:きません|かない|いて(?:い)?(?:ません|ない)|きますか|く)/,
  /返品|返金|送料|代引き?|領収書|(?:お)?支払い?(?:方法|は|を|が)|クレジット(?:カード)?(?:は|が|で|を)?(?:使え|使用|払)|クレカ|クーポン|割引(?:は|が|コード)/,
  /パスワード|ログイン|会員登録|アカウント|営業時間|定休日|電話番号|お?問い?合わせ|使い方(?:が|を|は)(?:わから|分から|教え)|天気(?:は|予報|を教)|何時(?:です|まで|から)/,
];

/** The whole of it, with nothing asked. */
const SMALL_TALK = /^[\s\p{P}\p{S}]*(?:(?:hi|hello|hey)(?: there)?|good (?:morning|afternoon|evening|night)|how are (?:you|u)(?: today)?|what(?:'s| is) up|(?:please )?tell me a joke|(?:many )?thanks?(?: you)?(?: (?:so|very) much)?|(?:good)?bye|ok(?:ay)?|おはよう(?:ございます)?|こんにちは|こんばんは|お?元気(?:ですか)?|ありがとう(?:ございま(?:す|した))?|さようなら|冗談を言って)[\s\p{P}\p{S}]*$/iu;

/** About an order, a payment, the shop itself or the weather: whatever such words mean in stories, none is looked for. */
export function isAboutService(text: string): boolean {
  return SMALL_TALK.test(text) || ENGLISH.some((pattern) => pattern.test(text)) || JAPANESE.some((pattern) => pattern.test(text));
}
