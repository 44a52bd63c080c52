/** Old forms and the forms in use today, pairwise: titles keep the old ones (聲の形), people type the new. */
const PAIRS =
  '聲声澤沢櫻桜廣広國国學学會会體体龍竜劍剣劔剣戀恋戰戦靈霊圓円黑黒眞真實実萬万與与變変醫医藝芸氣気樂楽畫画發発當当點点應応彌弥壽寿櫂棹' +
  '驛駅鐵鉄關関澁渋濱浜邊辺邉辺齋斎齊斉嶋島嶌島冨富髙高﨑崎神神曉暁晝昼來来兩両傳伝價価儉倹劑剤勞労勳勲勵励區区參参雙双單単嚴厳圍囲團団' +
  '增増墮堕壞壊壯壮壓圧奧奥奬奨孃嬢寢寝對対專専將将屆届屬属嶽岳巖巌帶帯廢廃廳庁彈弾從従徑径德徳恆恒惡悪惠恵愼慎慘惨懷懐戲戯拂払拔抜擇択' +
  '擧挙據拠擔担攝摂收収效効敍叙數数斷断晉晋榮栄樓楼樣様橫横檢検權権歐欧歡歓歸帰殘残殼殻毆殴氷氷沒没涉渉淚涙淨浄淺浅渴渇溪渓溫温滯滞滿満' +
  '潛潜瀧滝灣湾燈灯燒焼營営爭争爲為狀状狹狭獨独獸獣獻献產産疊畳癡痴皋皐盜盗盡尽眾衆碎砕祕秘祿禄禪禅禮礼稱称穗穂穩穏竊窃粹粋絲糸經経綠緑緖緒' +
  '縣県縱縦總総繪絵繼継續続纖繊罐缶聯連聽聴肅粛脫脱腦脳臺台舊旧莊荘萠萌藏蔵藥薬蘆芦處処號号蟲虫蠅蝿蠻蛮裝装覺覚覽覧觀観觸触證証譯訳譽誉讀読' +
  '讓譲豐豊豫予貳弐賣売賴頼贊賛踐践輕軽轉転辭辞遞逓遙遥遲遅邪邪鄕郷醉酔釋釈鍊錬錄録鎭鎮鑛鉱鑄鋳閒間隱隠隨随險険雜雑靜静顏顔顯顕驅駆騷騒驗験' +
  '髮髪鬭闘鬪闘鷄鶏鹽塩麥麦麵麺默黙齒歯齡齢龜亀兒児亞亜佛仏假仮寫写卷巻聖聖茲玆輛両彥彦敎教旣既晚晩步歩每毎海海瀨瀬祥祥祖祖福福突突類類';

const MODERN: ReadonlyMap<string, string> = new Map(
  Array.from(PAIRS).flatMap((character, index, all) => (index % 2 === 0 ? [[character, all[index + 1] ?? character] as const] : [])),
);

/** 聲 → 声, 龍 → 竜: for comparison, never for display. */
export function modernKanji(text: string): string {
  let modern = '';
  for (const character of text) modern += MODERN.get(character) ?? character;
  return modern;
}
