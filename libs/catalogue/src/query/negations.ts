const STOP = String.raw`(?=$|[.,;:!?。、！？…]|\s(?:but|and|or|please|pls|though)\b)`;
// A bare "no" counts only where a demand begins: in the middle of words it is a Japanese の (kimetsu no yaiba).
const NO = String.raw`(?:i (?:do not|don't) (?:want|mean|need|like)|not|without|except(?: for)?|other than|besides|apart from|excluding|minus|(?<=(?:^|[.,;:!?。、]|\b(?:with|and|but|has|is|please))\s*)no)`;
const ENGLISH = new RegExp(String.raw`(?<![\w'])(?:but |and )?${NO}\s+(?:the |any |too much |another |overly )?([^.,;:!?。、]{2,60}?)${STOP}`, 'gi');
const JAPANESE = /([^\s、。,.!?！？「」『』]{1,20}?)(?:では?なくて?|じゃな(?:くて?|い(?:ほう|方|やつ|もの)?)|以外(?:の(?:やつ|もの|作品)?|で|に|は)?|抜き(?:の|で)?|なし(?:の|で)?|無し(?:の|で)?|は(?:嫌|いや|いらない|苦手)(?:です)?)/g;

/** グロくないやつ: the stem of what it must not be. */
const NOT_SO = /([\p{Script=Han}\p{Script=Katakana}ー]{1,6})くな(?:い|くて)(?:やつ|もの|ほう|方|の)?/gu;

/** Takes out what the shopper does not want: "not Monster Musume", "no gore", ワンピース以外. */
export function takeNegations(text: string): { unwanted: string[]; rest: string } {
  const unwanted: string[] = [];
  const take = (_: string, what: string): string => {
    unwanted.push(what.trim());
    return ' ';
  };
  const takeAfter = (_: string, what: string): string => {
    unwanted.push(what.trim());
    // 井上雄彦でバスケじゃないやつ: what stands before で is wanted all the same, unless the whole is a title.
    // 社交的じゃない女の子 tells what she is like.
    if (what.endsWith('的')) unwanted.pop();
    const [, head, tail] = /^(.{2,}で)(?=[^すしな])(.+)$/u.exec(what) ?? [];
    if (head === undefined || tail === undefined) return ' ';
    unwanted.push(tail.trim());
    return `${head} `;
  };
  const takeQuality = (_: string, stem: string): string => {
    unwanted.push(stem, `${stem}い`);
    return ' ';
  };
  return { unwanted, rest: text.replace(ENGLISH, take).replace(NOT_SO, takeQuality).replace(JAPANESE, takeAfter) };
}
