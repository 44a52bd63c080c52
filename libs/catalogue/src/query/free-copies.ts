const FREE = String.raw`(?:for )?free|pirated?|illegal(?:ly)?|bootleg|leaked?|without paying`;
const COPIES = String.raw`scans?|scanlations?|raws?|pdfs?|epubs?|cbz|downloads?|torrents?|rips?|(?:read|reading|find)\b.{0,40}\bonline`;
const WANTED: readonly RegExp[] = [
  new RegExp(String.raw`\b(?:${FREE})\b.{0,60}\b(?:${COPIES})\b`, 'i'),
  new RegExp(String.raw`\b(?:${COPIES})\b.{0,60}\b(?:${FREE})\b`, 'i'),
  /(?:無料|タダ|ただ|0円)で(?:全巻|全部|最新話)?(?:を|が)?(?:読め|読み|読む|見れ|見られ|見たい|ダウンロード|落と)/,
  /漫画村|海賊版(?:サイト|の(?:リンク|データ))|違法(?:アップロード|ダウンロード|サイト)|(?:zip|rar|raw|torrent|トレント)(?:ファイル)?(?:で|を|の)?(?:ダウンロード|落と|ください|リンク)/i,
];

/** "link me free One Piece scans", 無料で全巻読めるサイト: nothing that is sold here is meant. */
export function wantsFreeCopies(text: string): boolean {
  return WANTED.some((pattern) => pattern.test(text));
}
