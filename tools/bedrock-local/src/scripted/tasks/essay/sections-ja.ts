import type { EssaySubject } from './essay-subject.ts';
import type { EssaySection } from './essay-sections.ts';

const quoted = (words: readonly string[]): string => (words.length > 0 ? `「${words.join('」「')}」` : '物語そのもの');
const kind = ({ genres }: EssaySubject): string => (genres.length > 0 ? genres.join('・') : '独自の作風');
const theme = ({ themes, title }: EssaySubject, index: number): string => themes[index % Math.max(1, themes.length)] ?? title;

function run({ startYear, endYear, isFinished }: EssaySubject): string {
  if (startYear === 0) return '連載開始の年は記録されていません。';
  if (endYear > startYear) return `${startYear}年から${endYear}年まで、${endYear - startYear}年にわたって描かれました。`;
  return isFinished ? `${startYear}年に始まり、すでに完結しています。` : `${startYear}年に始まり、現在も続いています。`;
}

const length = ({ volumes }: EssaySubject): string => (volumes === 0 ? '巻数は記録されていません。' : `全体で${volumes}巻、${volumes > 40 ? '棚ひとつを占める大作です' : volumes > 15 ? '長いながらも見通しのきく分量です' : '一週間で読み切れる分量です'}。`);

export const SECTIONS_JA: readonly EssaySection[] = [
  {
    key: 'overview',
    heading: '概要',
    names: /概要|はじめに|序論|導入|overview|introduction/i,
    write: (subject) => [
      `『${subject.title}』は${subject.authors === '' ? '' : `${subject.authors}による`}${kind(subject)}の作品です${subject.publisher === '' ? '' : `（${subject.publisher}刊）`}。`,
      run(subject), length(subject),
      `カタログの言葉を借りれば、こう始まります。${subject.story[0] ?? ''}`,
      `中心にあるのは${quoted(subject.themes.slice(0, 4))}で、全体は${subject.mood}に包まれています。`,
      subject.focus === '' ? '以下、物語、登場人物、テーマ、表現、読者、そして棚の中での位置を順に見ていきます。' : `この分析では特に「${subject.focus}」に注目し、各章でそこへ立ち返ります。`,
    ],
  },
  {
    key: 'story',
    heading: '物語',
    names: /物語|あらすじ|ストーリー|筋|story|plot/i,
    write: (subject) => [
      `カタログの紹介は次のとおりです。${subject.story.join('')}`,
      `この書き出しは二つの役目を果たしています。ひと息で説明できる状況を読者に渡し、同時に、先を読まずにはいられない問いを残すのです。`,
      `その問いは「${theme(subject, 0)}」から生まれます。一度立てられた問いは、その後のすべての出来事を答えとして読ませます。`,
      subject.volumes > 15 ? `${subject.volumes}巻という長さでは、途中にいくつもの節目が必要になり、一冊ごとの読みごたえも求められます。` : 'この長さでは寄り道の余地は少なく、まっすぐ語ることが作品の強みになります。',
      `${subject.genres[0] ?? '設定'}を目当てに手に取った読者は早いうちに満足し、読み続ける読者は「${theme(subject, 1)}」の行方を追うことになります。`,
    ],
  },
  {
    key: 'characters',
    heading: '登場人物',
    names: /登場人物|キャラクター|人物|主人公|character/i,
    write: (subject) => [
      `紹介文は人物を行動で描きます。${subject.story[Math.min(1, subject.story.length - 1)] ?? ''}`,
      `これは意図のある書き方です。『${subject.title}』は主人公を説明ではなく決断で示すため、結末に触れずに店頭で紹介することができます。`,
      `主人公の周囲の緊張は「${theme(subject, 1)}」と「${theme(subject, 2)}」から生まれます。それぞれを背負う人物がいて、それによって変わる人物がいます。`,
      `${kind(subject)}では脇役が空気を作ることが多く、${subject.mood}を支えるのも彼らです。`,
      'カタログはこれ以上の人物を挙げていないため、ここでも述べません。',
    ],
  },
  {
    key: 'themes',
    heading: 'テーマ',
    names: /テーマ|主題|モチーフ|theme/i,
    write: (subject) => [
      `カタログが挙げるテーマは${quoted(subject.themes)}です。`,
      `なかでも「${theme(subject, 0)}」と「${theme(subject, 3)}」は互いに引き合う関係にあり、両方を抱えることで作品は設定を超えた広がりを持ちます。`,
      `お客様が名前を挙げて探しやすいのは具体的な「${theme(subject, 2)}」、読後に残るのは「${theme(subject, 1)}」でしょう。`,
      `これらを合わせて見ると、本作が${kind(subject)}に分類される理由は、宣伝文句ではなく物語そのものにあると分かります。`,
      subject.warnings.length > 0 ? `${quoted(subject.warnings)}への注意書きも、飾りではなくテーマの一部です。` : '注意を要するテーマは見当たらず、幅広い読者に勧められます。',
    ],
  },
  {
    key: 'art',
    heading: '表現と構成',
    names: /表現|構成|作画|絵|画風|演出|style|art/i,
    write: (subject) => [
      `『${subject.title}』の誌面は手元にないため、記録から言えることだけを述べます。`,
      run(subject), length(subject),
      `${kind(subject)}の誌面には「${theme(subject, 0)}」をひと目で伝えることが求められ、読者はまずそこを見ます。`,
      `${subject.mood}には余白が必要であり、「${theme(subject, 1)}」と「${theme(subject, 2)}」は最初の巻から最後の巻まで作者が立ち返る場所になります。`,
    ],
  },
  {
    key: 'readership',
    heading: '読者層',
    names: /読者|対象|年齢|reader|audience/i,
    write: (subject) => [
      `${subject.readership === '' ? '読者層の記録はありません' : `${subject.readership}に分類され`}、内容から見て${subject.minimumAge}歳以上の読者に向いています。`,
      subject.warnings.length > 0 ? `理由は明らかで、${quoted(subject.warnings)}の描写があるためです。` : 'それ以上の注意を求める記述はありません。',
      `${subject.genres[0] ?? '新しい作品'}が好きで、${quoted(subject.themes.slice(0, 2))}に惹かれる方には良い答えになります。`,
      `反対に、${subject.mood}を好まない方には向きません。`,
      subject.volumes > 30 ? `${subject.volumes}巻と長いため、まず三巻までをお勧めするのがよいでしょう。` : '全巻まとめてお勧めできます。',
    ],
  },
  {
    key: 'place',
    heading: '棚の中での位置',
    names: /位置|市場|比較|文脈|影響|棚|place|market/i,
    write: (subject) => [
      `カタログの中で『${subject.title}』は、${kind(subject)}と「${theme(subject, 0)}」が出会う場所に立っています。`,
      run(subject), length(subject),
      subject.isFinished ? '完結しているため全巻セットで販売でき、結末を待つ必要がありません。' : '続刊があるため、新刊のたびに読者が戻ってきます。',
      `テーマで並べるなら「${theme(subject, 1)}」を扱う作品の隣、雰囲気で並べるなら${subject.mood}の作品の隣がふさわしいでしょう。`,
      subject.publisher === '' ? '出版社の記録はありません。' : `特装版や重版については${subject.publisher}に問い合わせるのが確実です。`,
    ],
  },
  {
    key: 'conclusion',
    heading: 'まとめ',
    names: /まとめ|結論|総評|おわりに|conclusion|verdict/i,
    write: (subject) => [
      `『${subject.title}』の価値は${subject.themes.length > 1 ? `「${theme(subject, 0)}」と「${theme(subject, 1)}」を結びつけた` : 'ひと息で語れる設定を持つ'}ところにあります。`,
      `長所は明快な書き出しと、紹介文全体を貫く${subject.mood}です。`,
      subject.warnings.length > 0 ? `${quoted(subject.warnings)}の描写は読者を選ぶため、店頭で伝えるべきでしょう。` : '読者を選ぶ要素は少なく、誰にでも手渡せます。',
      subject.focus === '' ? 'ここに述べたことはすべてカタログの記載に基づいています。実際の巻を知る方の言葉が、これを補ってくれるはずです。' : `「${subject.focus}」については、カタログの記載が支える範囲で上に述べたとおりです。`,
    ],
  },
];
