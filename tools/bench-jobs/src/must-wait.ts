/** With less of it left, what was measured was not measured behind it. */
const NEARLY_ALL = 0.9;

/** Throws when what was to wait has been worked off meanwhile. */
export function mustWait(waiting: number, of: number): void {
  if (waiting < NEARLY_ALL * of) throw new Error(`only ${waiting} of ${of} messages still wait: too few for this measurement`);
}
