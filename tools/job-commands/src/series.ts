import { readFile } from 'node:fs/promises';
import { CommandError, EXIT } from './exit-codes.ts';

const SERIES = new URL('../../catalogue/data/series.ndjson', import.meta.url);

export interface DemoSeries {
  mangaId: string;
  titleJa: string;
  titleEn: string;
}

/** `count` series of the demo store, spread over the whole catalogue. */
export async function pickSeries(count: number): Promise<DemoSeries[]> {
  const lines = (await readFile(SERIES, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  if (lines.length < count) throw new CommandError(EXIT.failed, `error: the demo store has only ${lines.length} series`);
  return Array.from({ length: count }, (_, index) => {
    const row = JSON.parse(lines[Math.floor((index * lines.length) / count)] ?? '{}') as { manga_id: string; title_ja: string; title_en: string };
    return { mangaId: row.manga_id, titleJa: row.title_ja, titleEn: row.title_en };
  });
}
