export interface SimilarityWish {
  /** The words that name the series to resemble; what comes before the title may still be in front of it. */
  like?: string;
  /** The other words. */
  rest: string;
}

// A full stop may be part of a title: Dr. Stone, D.Gray-man.
const TITLED = String.raw`(?<=\b(?:dr|mr|mrs|ms|st|no))\.`;
const TITLE = String.raw`((?:[^.,;!?。、！？\n]|\.(?=\S)|${TITLED}){1,80}?)`;
const STOP = String.raw`\s*[,;!?。\n]|(?<!\b(?:dr|mr|mrs|ms|st|no))\.(?!\S)`;
const END = String.raw`(?=$|${STOP}|\s+(?:but|that|which|who|where|please|pls|thanks|though|and (?:i|want|need|looking)|(?:for|as a (?:gift|present)) (?:my|me|us|a|an|our|his|her|someone|kids?|children))\b)`;
const ENGLISH: readonly RegExp[] = [
  new RegExp(String.raw`(?:^|\b)(?:if|since|because|when|after|as)?\s*(?:i|we|you|my \w+|(?:s)?he|they)(?:'ve| have| just)?\s*(?:really |just |absolutely )?(?:loved?|liked?|enjoyed?|adored?|finished|read(?:ing)?) (?:reading )?${TITLE}(?=$|${STOP}|\s+(?:what|now|and (?:want|need|am|i)|so|recommend|any|is there|are there)\b)`, 'i'),
  new RegExp(String.raw`\b(?:similar|comparable|close|akin) to ${TITLE}${END}`, 'i'),
  new RegExp(String.raw`\b(?:fans?|readers?|lovers?) of ${TITLE}${END}`, 'i'),
  new RegExp(String.raw`\b(?:in the (?:vein|style|spirit) of|reminiscent of|reminds? me of|same (?:vibes?|feel(?:ing)?|tone|mood|genre|style) as|(?:the )?vibes? of|along the lines of|such as|kind of like|a lot like|much like)\s+${TITLE}${END}`, 'i'),
  new RegExp(String.raw`(?<!\b(?:would|i|we|you|they|they'd|i'd|do|looks?|feels? more|people who|who))\s*\blike ${TITLE}${END}`, 'i'),
  /(?:^|[\s,])([^\s,.]{3,40}(?: [A-Z][^\s,.]{1,20}){0,3})-(?:like|esque|style)\b/,
];
const JAPANESE_TITLE = String.raw`([^、。,\n]{1,40}?)`;
const JAPANESE: readonly RegExp[] = [
  new RegExp(String.raw`${JAPANESE_TITLE}(?:と|に|って)?(?:みたいな感じ(?:の|な|で)?|みたいな|みたいに|みたいの|っぽい|のような|のように|と同じような|に似(?:た|て(?:い)?る)|と似(?:た|て(?:い)?る)|似の|に近い|的な)(?:雰囲気|感じ|テイスト|ノリ|世界観)?(?:の|な)?`),
  new RegExp(String.raw`${JAPANESE_TITLE}(?:が|を|の)?(?:大?好き|好み|ファン|ハマっ(?:た|て(?:い)?る)|面白かった|良かった|よかった|読み終わ(?:った|って)|読んだ)(?:な|の|だ)?(?:人|ひと|方|私|娘|息子|友達|子)?(?:に|へ|なら|の|向け(?:の|に)?|が|だ|ので|から|けど)?(?:おすすめ|オススメ|お勧め|お薦め)?(?:の|な)?`),
  new RegExp(String.raw`${JAPANESE_TITLE}(?:の次に読む|のあとに読む|の後に読む|の代わり(?:に|の)?|ロスの?|系の|風の)`),
];

/** Finds "like Mushishi", "fans of Slam Dunk", ハチクロみたいな, スラムダンク好きにおすすめの. */
export function takeSimilarity(text: string): SimilarityWish {
  for (const pattern of [...JAPANESE, ...ENGLISH]) {
    const match = pattern.exec(text);
    const like = match?.[1]?.trim();
    if (match === null || like === undefined || like === '') continue;
    return { like, rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.trim() };
  }
  return { rest: text };
}
