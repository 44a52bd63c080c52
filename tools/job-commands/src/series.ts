import { readFile } from 'node:fs/promises';
import { CommandError, EXIT } from './exit-codes.ts';

const SERIES = new URL('../../catalogue/data/series.ndjson', import.meta.url);

export interface DemoSeries {
  mangaId: string;
  titleJa: string;
  titleEn: string;
}

/** The series of the demo store; none where its data is not there. */
export async function allSeries(): Promise<DemoSeries[]> {
  const lines = (await readFile(SERIES, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const row = JSON.parse(line) as { manga_id: string; title_ja: string; title_en: string };
    return { mangaId: row.manga_id, titleJa: row.title_ja, titleEn: row.title_en };
  });
}

/** `count` of them, spread over the whole catalogue. */
export function spread(series: readonly DemoSeries[], count: number): DemoSeries[] {
  if (series.length < count) throw new CommandError(EXIT.failed, `error: the demo store has only ${series.length} series`);
  return Array.from({ length: count }, (_, index) => series[Math.floor((index * series.length) / count)] as DemoSeries);
}
