import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { productFromLooseRecord } from './product-from-loose-record.ts';
import { productFromLooseSeries } from './read-series.ts';
import { BadRow, rowOf, type Row } from './row.ts';

const LONGEST_LINE = 200_000;

/** One row a line; blank lines are passed over. */
export async function* readNdjson(file: string, format: 'ndjson' | 'series'): AsyncIterable<Row> {
  const toProduct = format === 'series' ? productFromLooseSeries : productFromLooseRecord;
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    line++;
    const plain = text.replace(/^\ufeff/, '').trim();
    if (plain === '') continue;
    yield rowOf(line, plain, () => {
      if (plain.length > LONGEST_LINE) throw new BadRow('is too long');
      return toProduct(JSON.parse(plain));
    });
  }
}
