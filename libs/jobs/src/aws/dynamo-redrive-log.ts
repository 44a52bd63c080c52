import { RedriveLog, type RedriveRecord } from '../redrive-log.ts';
import { TableRows, type TableOptions } from './table-rows.ts';

const KEPT_SECONDS = 365 * 24 * 60 * 60;
/** Redrives are few: one partition keeps them in order. */
const PARTITION = 'redrives';

class DynamoRedriveLog extends RedriveLog {
  readonly #rows: TableRows;

  constructor(rows: TableRows) {
    super();
    this.#rows = rows;
  }

  async append(record: RedriveRecord, signal: AbortSignal): Promise<void> {
    const state = record.isFinished ? 'finished' : 'running';
    const row = { pk: PARTITION, sk: record.redriveId, v: 1, state, record: JSON.stringify(record), expires_at: Math.ceil(record.atMs / 1_000) + KEPT_SECONDS };
    await this.#rows.put(row, 'attribute_not_exists(#pk) OR #state = :running', { ':running': 'running' }, signal);
  }

  async recent(limit: number, signal: AbortSignal): Promise<readonly RedriveRecord[]> {
    const rows = await this.#rows.query({ where: '#pk = :pk', values: { ':pk': PARTITION }, limit, isNewestFirst: true }, signal);
    return rows.map((row) => JSON.parse(String(row['record'])) as RedriveRecord);
  }

  close(): Promise<void> {
    return this.#rows.close();
  }
}

/** Redrives in a DynamoDB table. */
export function openDynamoRedriveLog(table: TableOptions): RedriveLog {
  return new DynamoRedriveLog(new TableRows(table));
}
