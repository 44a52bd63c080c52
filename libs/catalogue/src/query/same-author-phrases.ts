export interface SameAuthorWish {
  /** The words that name the series whose author is meant. */
  title: string;
  /** Other works are asked for, not the one that is named. */
  isForOthers: boolean;
  /** The other words. */
  rest: string;
}

const AUTHOR = String.raw`(?:author|creator|artist|mangaka|writer)`;
const MADE = String.raw`(?:wrote|drew|made|created|did)`;
const TITLE = String.raw`([^.,;!?。、！？\n]{1,80}?)`;
const END = String.raw`(?=$|\s*[.,;!?。\n]|\s+(?:and|but|please|pls|in stock|that|which)\b)`;
const PATTERNS: readonly RegExp[] = [
  new RegExp(String.raw`(?:\b(?:by|from) )?\b(?:the )?(?:same )?${AUTHOR} (?:of|as|(?:who|that) ${MADE}|behind) ${TITLE}${END}`, 'i'),
  new RegExp(String.raw`(?:\b(?:by|from) )?\b(?:the )?(?:guy |person |people |one |man |woman )?who (?:also )?${MADE} ${TITLE}${END}`, 'i'),
  /([^、。,!?！？\n]{1,40}?)(?:を(?:描いた|書いた|描いてる|描いている)(?:人|作者|先生|漫画家|作家)|(?:の|と同じ)(?:作者|著者|漫画家|マンガ家))(?:さん)?(?:は誰|って誰|(?:の|が(?:描いた|書いた|描いてる))?(?:他|ほか|別|次|新し)(?:の|い)?)?(?:作品|漫画|マンガ|やつ)?/,
];
const OTHERS = /\b(?:others?|else|more|another|same|new|next)\b|他|ほか|別|同じ|次|新/i;

/** Finds "by the author of Monster", "who wrote Monster?", ワンピースの作者の他の漫画. */
export function takeSameAuthor(text: string): SameAuthorWish | undefined {
  for (const pattern of PATTERNS) {
    const match = pattern.exec(text);
    const title = match?.[1]?.trim();
    if (match === null || title === undefined || title === '') continue;
    return { title, isForOthers: OTHERS.test(text.replace(title, ' ')), rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.trim() };
  }
  return undefined;
}
