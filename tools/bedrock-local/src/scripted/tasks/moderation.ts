const CATEGORIES: ReadonlyArray<readonly [string, RegExp]> = [
  ['harassment', /\b(?:idiot|moron|stupid|loser|shut up|kill yourself)\b|死ね|バカ|馬鹿野郎|くたばれ|消えろ/i],
  ['hate', /\b(?:subhuman|vermin)\b|\bhate (?:all )?(?:foreigners|women|men|gays|jews|muslims)\b|民族浄化|差別されて当然/i],
  ['sexual', /\b(?:porn|nude|explicit sex|erotic|hentai)\b|エロ|ポルノ|わいせつ/i],
  ['violence', /\b(?:kill|murder|behead|massacre|bomb|stab)(?:ed|ing|s)?\b|殺(?:す|して|人)|爆破|刺し殺/i],
  ['self-harm', /\b(?:suicide|self-harm|cut myself|kill myself|end my life)\b|自殺|自傷|死にたい/i],
  ['profanity', /\b(?:fuck\w*|shit\w*|bitch|asshole)\b|くそ(?:ったれ|野郎)/i],
  ['spam', /\b(?:buy now|click here|free money|limited offer|earn \$\d+)\b|https?:\/\/\S+.*https?:\/\/|今すぐ(?:クリック|購入)|必ず儲かる/i],
  ['personal-data', /[\w.+-]+@[\w-]+\.\w+|\b\d{2,4}-\d{2,4}-\d{4}\b|\b(?:\d[ -]?){15,16}\b/],
  ['piracy', /海賊版|漫画村|\bscanlations?\b|\btorrent\b|\bpirated\b/i],
];

/** A verdict by word lists: it finds what is said plainly, and neither irony nor context. */
export function moderation(text: string): Record<string, unknown> {
  const categories = CATEGORIES.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
  const isFlagged = categories.length > 0;
  return {
    flagged: isFlagged,
    safe: !isFlagged,
    allowed: !isFlagged,
    decision: isFlagged ? 'reject' : 'approve',
    categories,
    severity: categories.length === 0 ? 'none' : categories.some((name) => /hate|self-harm|violence|sexual/.test(name)) ? 'high' : 'low',
    reason: isFlagged ? `The text contains words of these kinds: ${categories.join(', ')}.` : 'No listed word was found.',
  };
}
