/** One kind of value that texts give plainly: whose property names ask for it, and how it stands in a text. */
interface Kind {
  name: RegExp;
  patterns: readonly RegExp[];
}

const PERSON = /(?:\bmy name is|\bi am|\bi'm|\bthis is|\bname:)\s+([A-Z][\w'-]+(?: [A-Z][\w'-]+)*)|([A-Z][a-z'-]+(?: [A-Z][a-z'-]+)+)|(?:名前は|私は)([^。、\s]{1,12}?)(?:です|と申|、|。|$)/;
const PLACE = /\b(?:in|at|for|near|around|of|to|visit(?:ing)?)\s+((?:the )?[A-Z][\w'.-]*(?:(?:,? | )[A-Z][\w'.-]*)*)|([\u3400-\u9fff\u30a1-\u30ffー]{1,10}?)(?:の|で)(?:[^。]{0,6})(?:天気|気温|時刻|時間|現在|ホテル|店)/;
const FROM = /\bfrom\s+([A-Z][\w'.-]*(?: [A-Z][\w'.-]*)*)|([\u3400-\u9fff\u30a1-\u30ffー]{1,10})から/;
const TO = /\bto\s+([A-Z][\w'.-]*(?: [A-Z][\w'.-]*)*)|([\u3400-\u9fff\u30a1-\u30ffー]{1,10})(?:まで|へ)/;

const KINDS: readonly Kind[] = [
  { name: /e-?mail/, patterns: [/([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]+)+)/] },
  { name: /url|link|website|homepage/, patterns: [/(https?:\/\/[^\s"'<>)]+)/] },
  { name: /phone|telephone|mobile/, patterns: [/(\+?\d[\d ()-]{7,}\d)/] },
  { name: /date|^day$|birthday|deadline|^when$/, patterns: [/\b(\d{4}-\d{2}-\d{2})\b/, /\b((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}(?:, \d{4})?)/, /(\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日)/, /\b(today|tomorrow|yesterday|next \w+day|\w+day)\b/i] },
  { name: /time/, patterns: [/\b(\d{1,2}:\d{2}(?: ?[ap]m)?)\b/i, /\b(\d{1,2} ?[ap]m)\b/i] },
  { name: /^age$|_age$/, patterns: [/\b(\d{1,3})[- ]?(?:years?[- ]old|year[- ]olds?|y\/?o\b)/i, /\baged? (?:is |of |: ?)?(\d{1,3})\b/i, /(\d{1,3})(?:歳|才)/] },
  { name: /year/, patterns: [/\b((?:19|20)\d{2})\b/] },
  { name: /price|cost|amount|total|budget|fee|salary/, patterns: [/[$¥€£]\s?(\d[\d,]*(?:\.\d+)?)/, /(\d[\d,]*(?:\.\d+)?)\s?(?:円|yen|dollars?|euros?|usd|jpy|eur)/i] },
  { name: /expression|equation|formula|calculation/, patterns: [/((?:\(|-?\d)[\d\s.+*/^()×÷-]*[+*/^×÷-][\d\s.+*/^()×÷-]*[\d)])/] },
  { name: /origin|departure|^from|source_city|start_location/, patterns: [FROM] },
  { name: /destination|arrival|^to(?:_|$)|target_city/, patterns: [TO] },
  { name: /city|location|place|town|region|address|^where$|venue|country/, patterns: [PLACE] },
  { name: /ticker|symbol/, patterns: [/\b([A-Z]{2,5})\b/] },
  { name: /(?:order|ticket|case|invoice|customer|user|member|tracking)_?(?:id|number|no)$/, patterns: [/\b([A-Z]{2,}-?[A-Z0-9-]*\d[A-Z0-9-]*)\b/, /#?(\d{3,})/] },
  { name: /first_?name|given_?name/, patterns: [new RegExp(`(?:${PERSON.source.replaceAll(/\((?!\?)/g, '(?:')})`)] },
  { name: /(?:^|_)name$|person|author|customer|employee|recipient|assignee|speaker/, patterns: [PERSON] },
];

/** The value that a text gives for a property of this name; undefined when it gives none. */
export function extracted(name: string, text: string): string | undefined {
  const kind = KINDS.find((candidate) => candidate.name.test(name));
  for (const pattern of kind?.patterns ?? []) {
    const found = pattern.exec(text);
    const value = found?.slice(1).find((group) => group !== undefined) ?? (found?.length === 1 ? found[0] : undefined);
    if (value !== undefined) return shortened(name, value.trim().replace(/[.,;!?]+$/, ''));
  }
  return undefined;
}

function shortened(name: string, value: string): string {
  if (/first_?name|given_?name/.test(name)) return /[A-Z][a-z'-]+/.exec(value)?.[0] ?? value;
  if (/last_?name|family_?name|surname/.test(name)) return /[A-Z][a-z'-]+$/.exec(value)?.[0] ?? value;
  return value;
}
